import { defineConfig } from 'vitest/config';

/** Whole protocols, peers and runners: minutes of proof that `npm run test:real` gives. */
export const slowProofs = [
  'test/real/**/*.test.ts',
  'test/conformance/**/*.test.ts',
  'test/fixtures/vitest-fixture.test.ts',
  'test/fixtures/playwright-fixture.test.ts',
];

/**
 * Rooms whose tests leave nothing behind in their process: they share one, which halves their time. What starts proxies,
 * programs or browsers, and what measures memory, has a process for each file.
 */
const sharing = '{base,model,match,compare,correlate,redact,store,suite,review,views,ui}';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['default', './tools/closing-line.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'rooms', include: [`test/${sharing}/**/*.test.{ts,tsx}`], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'edges',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...slowProofs, 'test/faults/**', `test/${sharing}/**`],
        },
      },
    ],
  },
});
