import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningProcess, startProcess, waitUntilReady } from '../../src/demo/start-process.ts';
import { programProblem } from '../support/debian-package.ts';
import { etcdProgram, startEtcd } from '../support/etcd.ts';
import { type RunningRetake, startRetake, stopWithTest } from '../support/process.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const etcdctl = '/usr/bin/etcdctl';
const problem = programProblem('etcd-server', etcdProgram) ?? programProblem('etcd-client', etcdctl);

function startCtl({ url }: { readonly url: string }, args: readonly string[], input = ''): RunningProcess {
  const env = { ...process.env, ETCDCTL_API: '3', ETCDCTL_ENDPOINTS: new URL(url).host, INPUT: input };
  const script = 'printf %s "$INPUT" | exec "$0" "$@"';
  const running =
    input === ''
      ? startProcess({ command: etcdctl, args, env })
      : startProcess({ command: '/bin/sh', args: ['-c', script, etcdctl, ...args], env });
  stopWithTest(running);
  return running;
}

const plain: readonly (readonly string[])[] = [
  ['put', 'apple', 'red'],
  ['put', 'banana', 'yellow'],
  ['get', 'apple'],
  ['get', '--prefix', '', '-w', 'json'],
  ['get', 'nothing'],
  ['del', 'banana'],
  ['get', '--prefix', '', '-w', 'fields'],
  ['lease', 'grant', '100'],
  ['member', 'list'],
  ['endpoint', 'status', '-w', 'json'],
  ['put', 'x', 'y', '--lease', '1234'],
];
const transaction = 'value("apple") = "red"\n\nput pear green\nget apple\n\nput pear none\n\n';

/** What every command printed, and how it ended. */
async function converse(at: { readonly url: string }): Promise<readonly string[]> {
  const said: string[] = [];
  const tell = async (running: RunningProcess): Promise<void> => {
    const { code, stdout, stderr } = await running.ended;
    // What etcdctl makes up: the time, and a name for itself.
    said.push(`${code}\n${stdout}${stderr.replaceAll(/"ts":"[^"]*"|client-[-0-9a-f]{36}/g, '')}`);
  };
  for (const args of plain) await tell(startCtl(at, args));
  await tell(startCtl(at, ['txn'], transaction));
  const watch = startCtl(at, ['watch', 'news', '--rev', '1']);
  for (const news of ['one', 'two']) {
    await tell(startCtl(at, ['put', 'news', news]));
    await waitUntilReady(watch, () => (watch.stdout().includes(news) ? news : undefined));
  }
  said.push(watch.stdout());
  await watch.stop('SIGINT');
  return said;
}

describe.skipIf(problem !== undefined)(`etcd, then gone${problem ? ` (skipped: ${problem})` : ''}`, () => {
  const { folder, remove } = makeTempFolder();
  let recorded: readonly string[] = [];
  let replayed: readonly string[] = [];
  let exitCodes: (number | null)[] = [];

  beforeAll(async () => {
    const database = await startEtcd(folder);
    const recorder: RunningRetake = await startRetake(['record', '--target', database.url, '--cassette', 'etcd'], {
      cwd: folder,
    });
    recorded = await converse(recorder);
    const { code: recordExit } = await recorder.stop();
    await database.stop('SIGKILL');
    const player = await startRetake(['replay', 'etcd'], { cwd: folder });
    replayed = await converse({ url: player.url });
    exitCodes = [recordExit, (await player.stop()).code];
  }, 120_000);
  afterAll(remove);

  it('was really talked to', () => {
    expect(recorded[2]).toBe('0\napple\nred\n');
    expect(recorded[plain.length]).toContain('SUCCESS');
    expect(recorded.at(-1)).toBe('PUT\nnews\none\nPUT\nnews\ntwo\n');
    expect(recorded[plain.length - 1]).toContain('requested lease not found');
  });

  const names = [...plain.map((args) => args.join(' ')), 'txn', 'put news one', 'put news two', 'watch news'];
  it.each(names.map((name, index) => ({ name, index })))('prints the same for etcdctl $name', ({ index }) => {
    const port = /127\.0\.0\.1:\d+/g;
    expect(replayed[index]!.replaceAll(port, '')).toBe(recorded[index]!.replaceAll(port, ''));
  });

  it('had a recording for every request', () => {
    expect(exitCodes).toEqual([0, 0]);
  });
});
