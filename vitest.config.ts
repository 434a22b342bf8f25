import path from 'node:path';
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

/**
 * What Node makes of TypeScript, kept between processes and threads: a recording's writer thread takes 0.15 s of processor
 * time to start instead of 0.55 s, and the tests start hundreds.
 */
export const compileCache = path.join(import.meta.dirname, 'node_modules/.cache/node-compile-cache');

export default defineConfig({
  test: {
    env: { NODE_COMPILE_CACHE: compileCache },
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
