import { expect, test } from 'vitest';
import { upstreamSettings } from '../../src/proxy/upstream-settings.ts';
import { runKit, startOddServer } from '../support/conformance-kit.ts';
import { startRecording } from '../support/recording.ts';

test.each(['node', 'http-proxy'] as const)(
  'while recording, a client sees every odd and hostile answer as it would see it without us: engine %s',
  { timeout: 240_000 },
  async (engine) => {
    const upstream = await startOddServer();
    const recording = await startRecording(upstream.url, { proxy: { settings: upstreamSettings({ engine }) } });
    const { failures, closing } = await runKit([upstream.url, recording.proxy.listeners[0]!.url]);
    expect(failures).toEqual([]);
    expect(closing).toBe('64 passed, 0 failed');
    const { result, exchanges } = await recording.stop();
    expect(result).toMatchObject({ lostCount: 0, problem: undefined });
    // Every answer the client got, those of the storm of 600 included.
    expect(exchanges.length).toBeGreaterThan(660);
  },
);
