import { defineConfig } from 'vitest/config';
import { slowProofs } from './vitest.config.ts';

export default defineConfig({
  test: {
    include: slowProofs,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 1,
    reporters: ['default', './tools/closing-line.ts'],
  },
});
