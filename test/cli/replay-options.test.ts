import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { contextOf } from '../../src/cli/context.ts';
import {
  checkReplayOptions,
  failReasonsOf,
  replayProxyOptions,
  type ReplayRequest,
} from '../../src/cli/replay-options.ts';
import { replayLayers } from '../../src/proxy/replay-layers.ts';
import { failReasons } from '../../src/proxy/replay-verdict.ts';
import { openReader } from '../support/cassette.ts';
import { startRetake } from '../support/process.ts';
import { answering, startRawUpstream } from '../support/raw-upstream.ts';
import { type ReplayableSession, replayFolder, shop } from '../support/replayable.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const { folder, remove } = makeTempFolder();
afterAll(remove);

const desk = contextOf({ ci: false, cwd: folder }, {});
const ci = contextOf({ ci: true }, {});

const given = (failOn: string | undefined) => (failOn === undefined ? {} : { failOn });

describe('what makes a replay fail', () => {
  test.each([
    [undefined, ['unmatched'], ['unmatched', 'unused', 'obsolete', 'expired']],
    ['none', [], []],
    ['relaxed, unused', ['relaxed', 'unused'], ['relaxed', 'unused']],
    ['forwarded', ['forwarded'], ['forwarded']],
  ])('%s', (text, onDesk, inCi) => {
    expect([...failReasonsOf(desk, given(text))]).toEqual(onDesk);
    expect([...failReasonsOf(ci, given(text))]).toEqual(inCi);
  });

  test.each(['', 'unmatched,', 'none,unused', 'Unmatched', 'misses'])('%j is refused', (text) => {
    expect(() => failReasonsOf(desk, given(text))).toThrow(/--fail-on does not know/);
  });

  test('--strict fails on everything, unless --fail-on says on what', () => {
    expect([...failReasonsOf(desk, { strict: true })]).toEqual([...failReasons]);
    expect([...failReasonsOf(ci, { strict: true, failOn: 'relaxed' })]).toEqual(['relaxed']);
  });
});

test('a server is only named for misses, and in CI never asked', () => {
  expect(() => checkReplayOptions(desk, { onMiss: 'error', target: ['http://a'] })).toThrow(/--target has no effect/);
  const both = { onMiss: 'record', target: ['http://a'], forward: true } as const;
  expect(() => checkReplayOptions(desk, both)).toThrow(/--target has no effect beside --forward/);
  expect(() => checkReplayOptions(ci, { onMiss: 'forward', target: [] })).toThrow(/never happens in CI/);
  expect(() => checkReplayOptions(desk, { onMiss: 'forward', target: [] })).not.toThrow();
  expect(() => checkReplayOptions(ci, { onMiss: 'error', target: [] })).not.toThrow();
});

describe('what the proxy gets', () => {
  const targets = [
    { name: 'api', url: 'http://127.0.0.1:1/base' },
    { name: 'web', url: 'https://shop.test' },
  ];

  async function optionsFor(request: Partial<ReplayRequest>, session: Partial<ReplayableSession> = {}, context = desk) {
    const file = path.join(replayFolder({ exchanges: [], ...session }), 'cassettes', 'shop.cassette');
    const layers = replayLayers([openReader(file)], undefined);
    return replayProxyOptions(
      context,
      { cassettes: [file], host: '127.0.0.1', port: [], control: false, ...request },
      layers,
    );
  }

  test('one listener for all of them as a proxy', async () => {
    const { listeners, setup } = await optionsFor({ port: ['4001'], forward: true }, { targets });
    expect(listeners).toEqual([{ kind: 'forward', name: 'forward', port: 4001 }]);
    expect(setup.forward).toBe(true);
  });

  test('one listener for each recorded target, on the ports given by name', async () => {
    const { listeners } = await optionsFor({ port: ['web=4001'] }, { targets });
    expect(listeners).toEqual([
      { kind: 'reverse', name: 'api', port: 0 },
      { kind: 'reverse', name: 'web', port: 4001 },
    ]);
    await expect(optionsFor({ port: ['4001'] }, { targets })).rejects.toThrow(/does not say for which target/);
  });

  test('the servers that were recorded, unless others are named', async () => {
    const recorded = await optionsFor({ onMiss: 'forward' }, { targets });
    expect(recorded.upstream?.targets.map(({ name, url }) => [name, url])).toEqual([
      ['api', 'http://127.0.0.1:1/base'],
      ['web', 'https://shop.test'],
    ]);
    const named = await optionsFor(
      { onMiss: 'forward', target: ['api=http://a.test', 'web=http://b.test'] },
      { targets },
    );
    expect(named.upstream?.targets.map(({ url }) => url)).toEqual(['http://a.test', 'http://b.test']);
    await expect(optionsFor({ onMiss: 'forward', target: ['http://a.test'] }, { targets })).rejects.toThrow(
      /2 targets/,
    );
    expect((await optionsFor({})).upstream).toBeUndefined();
  });

  test('the key, where there is one and the recording has redacted values', async () => {
    const keyed = contextOf({ cwd: folder }, { RETAKE_REDACT_KEY: 'some key' });
    expect((await optionsFor({}, { redacted: true }, keyed)).setup.key).toBe('known');
    expect((await optionsFor({}, { redacted: true })).setup.key).toBe('unknown');
    expect((await optionsFor({}, {}, keyed)).setup.key).toBe('unknown');
  });
});

const get = async (url: string, target: string): Promise<string> => (await fetch(`${url}${target}`)).text();

test('--exhausted last gives the last recording of a write again, and says so', async () => {
  const replay = await startRetake(['replay', 'shop', '--exhausted', 'last'], { cwd: replayFolder(shop) });
  const send = async (): Promise<string> => (await fetch(`${replay.url}/a`, { method: 'POST' })).text();
  expect([await send(), await send()]).toEqual(['written', 'written']);
  const { code, stderr } = await replay.stop();
  expect(code).toBe(0);
  expect(stderr).toContain('all recordings of the request were served; this one was again');
});

describe('the real server, when a recording is missing', () => {
  const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX-From: upstream\r\n\r\nreal';

  test('--on-miss forward asks it and keeps nothing', async () => {
    const upstream = await startRawUpstream(answering(answer));
    onTestFinished(() => upstream.close());
    const folder = replayFolder(shop);
    const file = path.join(folder, 'cassettes', 'shop.cassette');
    const before = readFileSync(file);
    const args = ['replay', 'shop', '--on-miss', 'forward', '--target', upstream.url, '--fail-on', 'unmatched'];
    const replay = await startRetake(args, { cwd: folder });
    expect(await get(replay.url, '/a')).toBe('one');
    expect(await get(replay.url, '/new')).toBe('real');
    const { code, stderr } = await replay.stop();
    expect(code).toBe(0);
    expect(stderr).toContain('1 hit, 0 misses, 1 passed on to upstream');
    expect(stderr).toContain('  GET /new: nothing was recorded at this path (passed on to upstream)\n');
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('--on-miss record keeps its answer in a session of its own, which the next replay uses', async () => {
    const upstream = await startRawUpstream(answering(answer));
    const folder = replayFolder(shop);
    const file = path.join(folder, 'cassettes', 'shop.cassette');
    const replay = await startRetake(
      ['replay', 'shop', '--on-miss', 'record', '--target', upstream.url, '--fail-on', 'forwarded'],
      { cwd: folder },
    );
    const sent = await fetch(`${replay.url}/new`, {
      method: 'POST',
      body: '{"n":1}',
      headers: { 'content-type': 'application/json', 'x-retake-lane': 'one' },
    });
    expect(await sent.text()).toBe('real');
    expect((await replay.stop()).code).toBe(1);
    await upstream.close();

    const reader = openReader(file);
    expect(reader.sessions().map(({ name, tags, exchangeCount }) => [name, tags, exchangeCount])).toEqual([
      ['session-1', {}, 3],
      ['session-2', { 'on-miss': 'session-1' }, 1],
    ]);
    const [recorded] = reader.exchanges(reader.session('session-2').id);
    expect(recorded!.request.headers.join(' ').toLowerCase()).not.toContain('x-retake-lane');
    expect(String(reader.body(recorded!.request.body.sha256))).toBe('{"n":1}');

    const again = await startRetake(['replay', 'shop', '--no-control'], { cwd: folder });
    expect(await get(again.url, '/a')).toBe('one');
    const replayed = await fetch(`${again.url}/new`, {
      method: 'POST',
      body: '{ "n": 1 }',
      headers: { 'content-type': 'application/json' },
    });
    expect([await replayed.text(), replayed.headers.get('x-from')]).toEqual(['real', 'upstream']);
    expect((await again.stop()).stderr).toContain('  from   shop:session-1, then shop:session-2\n');
  });

  test('--on-miss record leaves the cassette as it was when nothing is missing', async () => {
    const folder = replayFolder(shop);
    const file = path.join(folder, 'cassettes', 'shop.cassette');
    const before = readFileSync(file);
    const replay = await startRetake(['replay', 'shop', '--on-miss', 'record'], { cwd: folder });
    await get(replay.url, '/a');
    expect((await replay.stop()).code).toBe(0);
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});
