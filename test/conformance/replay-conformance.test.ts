import path from 'node:path';
import { expect, test } from 'vitest';
import { runKit, startOddServer } from '../support/conformance-kit.ts';
import { startRecording } from '../support/recording.ts';
import { startReplay } from '../support/replay.ts';
import { tempFolder } from '../support/temp-folder.ts';

test.each([
  ['as it was', undefined, []],
  // Redaction replaces what these hold, and nothing else.
  ['redacted', Buffer.alloc(32, 7), ['p-set-cookie-3']],
] as const)(
  'replayed without the server, a client sees to the byte what the recording client saw: stored %s',
  { timeout: 240_000 },
  async (_, redactionKey, replaced) => {
    const golden = path.join(tempFolder(), 'golden.json');
    const upstream = await startOddServer();
    const recording = await startRecording(upstream.url, {
      recorder: {
        redactionKey,
        session: {
          startedAt: Date.now(),
          targets: [{ name: 'default', url: upstream.url }],
          toolVersion: '0.1.0',
          tags: {},
          redacted: redactionKey !== undefined,
        },
      },
    });
    const recorded = await runKit([upstream.url, recording.proxy.listeners[0]!.url, '--save', golden]);
    expect(recorded.closing).toBe('64 passed, 0 failed');
    await recording.stop();
    await upstream.stop();

    const replay = await startReplay(recording.file, { pace: { kind: 'recorded', speed: 1 } });
    // Strict: header order and case, reason, framing, and nothing added.
    const { failures, closing } = await runKit([`http://127.0.0.1:${replay.port}`, '--golden', golden, '--strict']);
    expect(failures.map((line) => /^FAIL {2}([\w-]+):/.exec(line)?.[1])).toEqual(replaced);
    expect(closing).toBe(`${47 - replaced.length} passed, ${replaced.length} failed`);
    const { ledger } = await replay.stop();
    expect(ledger.missList).toEqual([]);
  },
);
