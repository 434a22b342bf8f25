import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programProblem } from '../support/debian-package.ts';
import { etcdProgram, startEtcd } from '../support/etcd.ts';
import { type Looks, missed, perform, type Play, type Seen, sender, someOf, untrue } from '../support/paced.ts';
import { runRetake, startRetake } from '../support/process.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const problem = programProblem('etcd-server', etcdProgram);

const call = (method: string, message: object): Play['reads'][number] => ({
  line: `POST /v3/${method}`,
  headers: ['Content-Type: application/json'],
  body: JSON.stringify(message),
});
const put = (key: string, value: string) => call('kv/put', { key: btoa(key), value: btoa(value) });

/** The JSON gateway of a database: everything is POST, its reads too. */
const play: Play = {
  writes: [
    put('apple', 'red'),
    put('apple', 'green'),
    put('pear', 'yellow'),
    call('kv/deleterange', { key: btoa('apple') }),
    put('apple', 'red'),
  ].map((write) => async (send) => void (await send(write))),
  reads: [
    call('kv/range', { key: btoa('apple') }),
    call('kv/range', { key: btoa('pear') }),
    call('kv/range', { key: btoa('a'), range_end: btoa('z') }),
    call('kv/range', { key: btoa('nothing') }),
  ],
};

const times =
  (count: number): Looks =>
  () =>
    play.reads.flatMap((_, read) => Array.from({ length: count }, () => read));

describe.skipIf(problem !== undefined)(`etcd over JSON, then gone${problem ? ` (skipped: ${problem})` : ''}`, () => {
  const { folder, remove } = makeTempFolder();
  /** Each server has a name of its own in its answers. */
  const truths = new Map<string, readonly Seen[]>();

  async function record(cassette: string, looks: Looks): Promise<readonly Seen[]> {
    const server = await startEtcd(path.join(folder, cassette));
    const recorder = await startRetake(['record', '--target', server.url, '--cassette', cassette], { cwd: folder });
    const seen = await perform(sender(recorder.url), play, looks);
    expect(await recorder.stop()).toMatchObject({ code: 0 });
    await server.stop('SIGKILL');
    return seen;
  }

  beforeAll(async () => {
    for (const [cassette, count] of [
      ['twice', 2],
      ['once', 1],
    ] as const) {
      truths.set(cassette, await record(cassette, times(count)));
    }
    // Asked once between the writes, nothing tells it from one of them.
    await runRetake(['rules', 'add', 'once', 'POST /v3/kv/range: treat as read'], { cwd: folder });
  }, 120_000);
  afterAll(remove);

  it('was really talked to', () => {
    expect(truths.get('once')!.find(({ made, read }) => made === 1 && read === 0)?.shown).toContain(btoa('red'));
  });

  it.each(['twice', 'once'])(
    'gives eight clients at once what their own writes led to: recorded with %s the looks',
    async (cassette) => {
      const args = ['replay', cassette, '--strict', '--fail-on', 'unmatched,relaxed'];
      const player = await startRetake(args, { cwd: folder });
      const seen = await Promise.all(
        Array.from({ length: 8 }, (_, i) => {
          const send = sender(player.url, { headers: [`x-retake-lane: client-${i}`] });
          return perform(send, play, i === 0 ? times(3) : someOf(play, { seed: i, share: 0.6 }));
        }),
      );
      expect(seen.map((one) => untrue(one, truths.get(cassette)!, play))).toEqual(seen.map(() => []));
      expect(seen.flat().filter(({ shown }) => shown === missed)).toEqual([]);
      expect(await player.stop()).toMatchObject({ code: 0 });
    },
  );
});
