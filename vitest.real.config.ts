import { defineConfig } from 'vitest/config';
import { compileCache, slowProofs } from './vitest.config.ts';

export default defineConfig({
  test: {
    env: { NODE_COMPILE_CACHE: compileCache },
    include: slowProofs,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 1,
    reporters: ['default', './tools/closing-line.ts'],
  },
});
