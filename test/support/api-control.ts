import type { ProxyControl } from '../../src/model/proxy-control.ts';
import { replayControl } from '../../src/cli/proxy-control.ts';
import { startReplayProxy } from '../../src/proxy/replay-proxy.ts';
import { onTestFinished } from 'vitest';
import { openReader } from './cassette.ts';
import { plainSetup } from './replay.ts';

/** A replay under way as the API sees it, for the rest of the running test. */
export async function steeredReplay(
  file: string,
  { ci = false, stop = () => {} }: { readonly ci?: boolean; readonly stop?: () => void } = {},
): Promise<{ readonly control: ProxyControl; readonly url: string }> {
  const reader = openReader(file);
  const layers = [{ reader, cassette: 'shop', session: reader.session() }];
  const running = await startReplayProxy({
    layers,
    host: '127.0.0.1',
    listeners: [{ kind: 'reverse', name: 'default', port: 0 }],
    sequence: 'epoch',
    pace: { kind: 'instant' },
    setup: plainSetup,
    history: 'kept',
  });
  onTestFinished(async () => void (await running.stop()));
  const control = replayControl({ running, layers, failOn: new Set(['unmatched']), ci, stop });
  return { control, url: running.listeners[0]!.url };
}
