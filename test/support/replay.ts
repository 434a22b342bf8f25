import { onTestFinished } from 'vitest';
import { openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';
import {
  type ReplayOptions,
  type ReplayResult,
  type RunningReplay,
  startReplayProxy,
} from '../../src/proxy/replay-proxy.ts';
import type { ReplayEvent } from '../../src/proxy/replay-event.ts';
import type { ReplaySetup } from '../../src/proxy/miss-advice.ts';
import { openLayers } from '../../src/proxy/open-layers.ts';
import type { LayerSource } from '../../src/proxy/replay-layer.ts';
import type { CassetteReader } from '../../src/store/cassette-reader.ts';
import { openReader } from './cassette.ts';
import { sendRaw } from './raw-client.ts';
import { tempFolder } from './temp-folder.ts';
import type { RawMessage } from './byte-reader.ts';

export const plainSetup: ReplaySetup = {
  sequence: 'epoch',
  onMiss: 'error',
  upstream: 'allowed',
  key: 'unknown',
  cassetteArgument: () => 'cassettes/shop.cassette',
};

export interface TestReplay extends Pick<
  RunningReplay,
  'listeners' | 'lanes' | 'resetLane' | 'resetAllLanes' | 'faults' | 'served' | 'why'
> {
  readonly port: number;
  readonly ports: readonly number[];
  readonly events: readonly ReplayEvent[];
  readonly stop: () => Promise<ReplayResult>;
  /** One request on a connection of its own, by its start line and headers. */
  readonly send: (head: string, body?: string) => Promise<RawMessage>;
}

type Overrides = Partial<Omit<ReplayOptions, 'setup'>> & { readonly setup?: Partial<ReplaySetup> };

/** Replays the newest session of a cassette through a forward listener for the rest of the running test. */
export async function startForwardReplay(
  file: string,
  overrides: Overrides = {},
): Promise<TestReplay & { readonly ca: string }> {
  const authority = await openCertificateAuthority(tempFolder());
  const replay = await startReplay(file, {
    listeners: [{ kind: 'forward', name: 'forward', port: 0 }],
    secureContextFor: authority.secureContextFor,
    ...overrides,
    setup: { forward: true, ...overrides.setup },
  });
  return { ...replay, ca: authority.certificatePem };
}

/** As the command line opens them, under the name that the tests know. */
async function learnedLayers(reader: CassetteReader): Promise<readonly LayerSource[]> {
  const { layers, close } = await openLayers([reader], { session: undefined, rules: [], folder: tempFolder() });
  onTestFinished(close);
  return layers.map((layer) => ({ ...layer, cassette: 'shop' }));
}

/** Replays the newest session of a cassette (or these layers) for the rest of the running test. */
export async function startReplay(file: string, { setup, ...overrides }: Overrides = {}): Promise<TestReplay> {
  const reader = openReader(file);
  const events: ReplayEvent[] = [];
  const layers = overrides.layers ?? (await learnedLayers(reader));
  const names = [...new Set(layers.flatMap(({ session }) => session.targets.map(({ name }) => name)))];
  const replay = await startReplayProxy({
    layers,
    host: '127.0.0.1',
    listeners: names.map((name) => ({ kind: 'reverse', name, port: 0 })),
    sequence: 'epoch',
    pace: { kind: 'instant' },
    onEvent: (event) => events.push(event),
    ...overrides,
    setup: { ...plainSetup, ...setup },
  });
  let stopped: Promise<ReplayResult> | undefined;
  const stop = (): Promise<ReplayResult> => (stopped ??= replay.stop());
  onTestFinished(async () => void (await stop()));
  const ports = replay.listeners.map(({ url }) => Number(new URL(url).port));
  const port = ports[0]!;
  const { listeners, lanes, resetLane, resetAllLanes, faults, served, why } = replay;
  return {
    port,
    ports,
    listeners,
    lanes,
    resetLane,
    resetAllLanes,
    events,
    faults,
    served,
    why,
    stop,
    send: (head, body) => {
      const length = body === undefined ? '' : `\r\nContent-Length: ${Buffer.byteLength(body)}`;
      const [startLine = '', ...headers] = head.split('\n');
      const lines = [`${startLine} HTTP/1.1`, 'Host: shop.test', 'Connection: close', ...headers].join('\r\n');
      return sendRaw(port, `${lines}${length}\r\n\r\n${body ?? ''}`);
    },
  };
}
