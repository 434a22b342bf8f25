import { describe, expect, test } from 'vitest';
import { missTag, recordedTargets, replayLayers } from '../../src/proxy/replay-layers.ts';
import { openReader } from '../support/cassette.ts';
import { startRetake } from '../support/process.ts';
import { replayable, type ReplayableSession, replayFolder } from '../support/replayable.ts';

const none: ReplayableSession = { exchanges: [] };
const missesOf = (session: string): ReplayableSession => ({ exchanges: [], tags: { [missTag]: session } });

const namesOf = (sessions: readonly ReplayableSession[], name?: string): string[] =>
  replayLayers([openReader(replayable(...sessions))], name).map(({ session }) => session.name);

describe('which sessions are replayed', () => {
  test.each<[string, readonly ReplayableSession[], string | undefined, string[]]>([
    ['the newest by default', [none, none], undefined, ['session-2']],
    ['one by name', [none, none], 'session-1', ['session-1']],
    ['all, newest first', [none, none, none], 'all', ['session-3', 'session-2', 'session-1']],
    [
      'the newest recording with what was recorded from its misses, in that order',
      [none, missesOf('session-1'), none, missesOf('session-3'), missesOf('session-3')],
      undefined,
      ['session-3', 'session-4', 'session-5'],
    ],
    ['misses of an older recording do not come along', [none, none, missesOf('session-1')], undefined, ['session-2']],
    ['a cassette with nothing but misses', [missesOf('gone')], undefined, ['session-1']],
  ])('%s', (_, sessions, name, expected) => {
    expect(namesOf(sessions, name)).toEqual(expected);
  });

  test('an unknown name is an error that lists the known ones, and so is a cassette without sessions', () => {
    expect(() => namesOf([none, none], 'nightly')).toThrow(/no session nightly/);
    expect(() => namesOf([])).toThrow(/no session/);
    expect(() => namesOf([], 'all')).toThrow(/no session/);
  });

  test('those of the first cassette come before those of the next', () => {
    const readers = [openReader(replayable(none)), openReader(replayable(none, none))];
    expect(
      replayLayers(readers, undefined).map(({ reader, session }) => [readers.indexOf(reader), session.name]),
    ).toEqual([
      [0, 'session-1'],
      [1, 'session-2'],
    ]);
  });
});

test('every recorded target once, the first layer deciding', () => {
  const api = (url: string) => ({ name: 'api', url });
  const web = { name: 'web', url: 'http://web' };
  const reader = openReader(
    replayable({ ...none, targets: [api('http://old'), web] }, { ...none, targets: [api('http://new')] }),
  );
  expect(recordedTargets(replayLayers([reader], 'all'))).toEqual([api('http://new'), web]);
});

describe('with the real program', () => {
  const get = async (url: string, target: string): Promise<string> => (await fetch(`${url}${target}`)).text();
  const sessions: readonly ReplayableSession[] = [
    {
      exchanges: [
        { target: '/a', answer: 'old a' },
        { target: '/b', answer: 'old b' },
      ],
    },
    { exchanges: [{ target: '/a', answer: 'new a' }] },
  ];

  test.each([
    [[], 'new a', 502],
    [['--session', 'session-1'], 'old a', 200],
    [['--session', 'all'], 'new a', 200],
  ])('%j', async (args, a, statusOfB) => {
    const replay = await startRetake(['replay', 'shop', '--no-control', ...args], { cwd: replayFolder(...sessions) });
    expect(await get(replay.url, '/a')).toBe(a);
    expect((await fetch(`${replay.url}/b`)).status).toBe(statusOfB);
    await replay.stop();
  });

  test('several cassettes: the first one that has a recording answers', async () => {
    const folder = replayFolder({ exchanges: [{ target: '/a', answer: 'shop' }] });
    const other = replayable({
      exchanges: [
        { target: '/a', answer: 'other' },
        { target: '/b', answer: 'other' },
      ],
    });
    const replay = await startRetake(['replay', 'shop', other, '--no-control'], { cwd: folder });
    expect([await get(replay.url, '/a'), await get(replay.url, '/b')]).toEqual(['shop', 'other']);
    await replay.stop();
  });
});
