import { createHash } from 'node:crypto';
import path from 'node:path';
import { startRecordProxy } from '../../src/proxy/record-proxy.ts';
import { Recorder } from '../../src/proxy/recorder.ts';
import { parseRecordFilter } from '../../src/proxy/record-filter.ts';
import { parseTarget } from '../../src/model/target.ts';
import { silentLog } from './silent-log.ts';

/** What `RETAKE_REDACT_KEY=test-key` makes of itself. */
export const testKey: Buffer = createHash('sha256').update('test-key', 'utf8').digest();

export interface RecordSessionOptions {
  /** Folder that gets `cassettes/NAME.cassette`. */
  readonly folder: string;
  readonly cassette?: string;
  /** The server to record. */
  readonly url: string;
  readonly session?: string;
  readonly redaction?: 'on' | 'off';
  /** Talks to the proxy at this URL. */
  readonly client: (proxyUrl: string) => Promise<void>;
}

/** Records what a client does through the real recording proxy, in this process. Returns the cassette's path. */
export async function recordSession(options: RecordSessionOptions): Promise<string> {
  const { folder, cassette = 'notes', url, session = 'session-1', redaction = 'on', client } = options;
  const cassettePath = path.join(folder, 'cassettes', `${cassette}.cassette`);
  const target = parseTarget(url);
  const proxy = await startRecordProxy({
    listeners: [{ kind: 'reverse', target, port: 0 }],
    host: '127.0.0.1',
    upstreamHost: 'target',
    clientHeaders: 'as-sent',
    lastByte: 'at-once',
    filter: parseRecordFilter([], []),
    cassettePath,
    startRecorder: () =>
      Recorder.start({
        cassettePath,
        plan: { mode: 'append', session },
        session: {
          startedAt: Date.now(),
          targets: [{ name: 'default', url }],
          toolVersion: '0.1.0',
          tags: {},
          redacted: redaction === 'on',
        },
        redactionKey: redaction === 'on' ? testKey : undefined,
        log: silentLog,
      }),
  });
  try {
    await client(proxy.listeners[0]!.url);
  } finally {
    await proxy.stop();
  }
  return cassettePath;
}
