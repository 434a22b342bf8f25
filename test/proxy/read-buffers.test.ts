import { expect, test } from 'vitest';
import { countReadBytes } from '../../src/proxy/read-buffers.ts';
import { until } from '../support/recording.ts';

test('dead read buffers are given back after a few megabytes, without a full collection', async () => {
  const { arrayBuffers: before } = process.memoryUsage();
  for (let i = 0; i < 64; i += 1) Buffer.allocUnsafeSlow(64 * 1024).fill(1);
  expect(process.memoryUsage().arrayBuffers).toBeGreaterThan(before + 3_000_000);
  for (let i = 0; i < 65; i += 1) countReadBytes(64 * 1024);
  await until(() => process.memoryUsage().arrayBuffers < before + 1_000_000);
});
