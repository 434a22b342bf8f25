import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSuite } from '../../src/cli/open-suite.ts';
import { RunStore } from '../../src/store/run-store.ts';
import { cassetteOf } from '../support/cassette.ts';
import { answering, startRawUpstream } from '../support/raw-upstream.ts';
import { tempFolder } from '../support/temp-folder.ts';

const body = '{"a":1}';
const ok = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

describe('openSuite', () => {
  test('takes a path or a file URL, and one target or one per name', async () => {
    const server = await startRawUpstream(answering(ok));
    onTestFinished(() => server.close());
    const file = cassetteOf([{ responseBytes: body }]);
    const cwd = tempFolder();
    for (const cassette of [file, pathToFileURL(file)]) {
      for (const target of [server.url, { default: server.url }]) {
        const suite = await openSuite({ cassette, target, cwd });
        expect((await suite.check(0)).failures).toEqual([]);
        expect(await suite.close()).toMatchObject({ verdict: 'passed', target: server.url });
      }
    }
    const store = RunStore.open(cwd);
    onTestFinished(() => store.close());
    expect(store.runs(9)).toHaveLength(4);
  });

  test('additions can fail a check', async () => {
    const server = await startRawUpstream(answering(ok));
    onTestFinished(() => server.close());
    const cassette = cassetteOf([{ responseBytes: '{}' }]);
    const suite = await openSuite({ cassette, target: server.url, cwd: tempFolder(), failOn: 'added' });
    onTestFinished(async () => void (await suite.close()));
    expect((await suite.check(0)).failures).toEqual(['added: body /a added: 1']);
  });

  test('rejects with an error that says what to do', async () => {
    const cwd = tempFolder();
    await expect(openSuite({ cassette: 'shop', target: 'http://127.0.0.1:1', cwd })).rejects.toMatchObject({
      code: 'CASSETTE_MISSING',
    });
    const cassette = cassetteOf([{}]);
    await expect(openSuite({ cassette, target: 'http://127.0.0.1:1', cwd })).rejects.toMatchObject({
      code: 'TARGET_UNREACHABLE',
    });
    const writes = cassetteOf([{ method: 'POST' }]);
    await expect(openSuite({ cassette: writes, target: 'http://192.0.2.1', cwd })).rejects.toMatchObject({
      code: 'WRITES_NEED_CONSENT',
    });
  });
});
