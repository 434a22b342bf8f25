import { defineConfig } from 'vitest/config';

/** Whole protocols, peers and runners: minutes of proof that `npm run test:real` gives. */
export const slowProofs = [
  'test/real/**/*.test.ts',
  'test/conformance/**/*.test.ts',
  'test/fixtures/vitest-fixture.test.ts',
  'test/fixtures/playwright-fixture.test.ts',
];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: [...slowProofs, 'test/faults/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['default', './tools/closing-line.ts'],
  },
});
