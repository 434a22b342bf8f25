import { createHash } from 'node:crypto';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Log } from '../../src/base/log.ts';
import type { Exchange } from '../../src/model/exchange.ts';
import { type CertificateAuthority, openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';
import { parseRecordFilter } from '../../src/proxy/record-filter.ts';
import { type RecordProxy, type RecordProxyOptions, startRecordProxy } from '../../src/proxy/record-proxy.ts';
import { Recorder, type RecorderOptions, type RecorderResult } from '../../src/proxy/recorder.ts';
import { parseTarget } from '../../src/model/target.ts';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { tempFolder } from './temp-folder.ts';

export interface TestRecording {
  readonly proxy: RecordProxy;
  readonly port: number;
  readonly file: string;
  /** Every warning and piece of information for people. */
  readonly said: readonly string[];
  /** Stops the recording and reads what is in the cassette. A second call gives the same. */
  readonly stop: (graceMs?: number) => Promise<Recorded>;
}

export interface Recorded {
  readonly result: RecorderResult;
  readonly reader: CassetteReader;
  /** Of the newest session; none when there is no session. */
  readonly exchanges: readonly Exchange[];
}

export interface RecordingOverrides {
  readonly proxy?: Partial<RecordProxyOptions>;
  readonly recorder?: Partial<RecorderOptions>;
  /** Several servers, by name. */
  readonly targets?: Readonly<Record<string, string>>;
  readonly file?: string;
}

/** A recording forward proxy for the rest of the running test, beside the listeners of `targets`. */
export async function startForwardRecording(
  overrides: RecordingOverrides = {},
): Promise<TestRecording & { readonly authority: CertificateAuthority }> {
  const authority = await openCertificateAuthority(tempFolder());
  const targets = Object.entries(overrides.targets ?? {}).map(([name, one]) => parseTarget(one, name));
  const recording = await startRecording('', {
    ...overrides,
    targets: overrides.targets ?? {},
    proxy: {
      listeners: [
        { kind: 'forward', name: 'forward', port: 0 },
        ...targets.map((target) => ({ kind: 'reverse' as const, target, port: 0 })),
      ],
      secureContextFor: authority.secureContextFor,
      ...overrides.proxy,
    },
  });
  return { ...recording, authority };
}

/** Records what passes to a URL for the rest of the running test. Secrets are redacted. */
export async function startRecording(url: string, overrides: RecordingOverrides = {}): Promise<TestRecording> {
  const file = overrides.file ?? path.join(tempFolder(), 'cassettes', 'test.cassette');
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const log: Log = { info: say, warn: say, error: say, debug: () => {} };
  const targets = Object.entries(overrides.targets ?? { default: url }).map(([name, one]) => parseTarget(one, name));
  const proxy = await startRecordProxy({
    listeners: targets.map((target) => ({ kind: 'reverse', target, port: 0 })),
    host: '127.0.0.1',
    upstreamHost: 'target',
    clientHeaders: 'as-sent',
    lastByte: 'at-once',
    filter: parseRecordFilter([], []),
    cassettePath: file,
    startRecorder: () =>
      Recorder.start({
        cassettePath: file,
        plan: { mode: 'append', session: undefined },
        session: {
          startedAt: Date.now(),
          targets: targets.map((target) => ({ name: target.name, url: target.url })),
          toolVersion: '0.1.0',
          tags: {},
          redacted: true,
        },
        redactionKey: createHash('sha256').update('test-key').digest(),
        log,
        ...overrides.recorder,
      }),
    ...overrides.proxy,
  });
  let stopped: Promise<Recorded> | undefined;
  const stop = (graceMs?: number): Promise<Recorded> => (stopped ??= finish(proxy, file, graceMs));
  onTestFinished(async () => (await stop()).reader.close());
  return { proxy, port: Number(new URL(proxy.listeners[0]!.url).port), file, said, stop };
}

async function finish(proxy: RecordProxy, file: string, graceMs: number | undefined): Promise<Recorded> {
  const result = await proxy.stop(graceMs);
  const reader = CassetteReader.open(file);
  const session = reader.sessions().at(-1);
  return { result, reader, exchanges: session ? [...reader.exchanges(session.id)] : [] };
}

/** Waits for something to become true, for as long as a busy machine may take. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it did not happen within 20 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
