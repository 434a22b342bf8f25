import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { gitServerProblem, makeRepository, runGit, startGitServer } from '../support/git-server.ts';
import { startRetake } from '../support/process.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const problem = gitServerProblem();

/** Clones with the real client; the loopback URL differs between recording and replay, nothing else does. */
async function clone(url: string, into: string): Promise<void> {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
  const child = spawn('git', ['clone', '--quiet', `${url}/story.git`, into], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`git clone ended with ${code}: ${complaint}`);
}

describe.skipIf(problem !== undefined)(`git clone over smart HTTP${problem ? ` (skipped: ${problem})` : ''}`, () => {
  const { folder, remove } = makeTempFolder();
  afterAll(remove);

  it('clones the same 40 commits from the replay when the server is gone', async () => {
    const tip = makeRepository(folder, 'story', 40);
    const server = await startGitServer(folder);
    const recorder = await startRetake(['record', '--target', server.url, '--cassette', 'git'], { cwd: folder });
    await clone(recorder.url, path.join(folder, 'recorded'));
    expect(await recorder.stop()).toMatchObject({ code: 0 });
    server.close();

    const player = await startRetake(['replay', 'git'], { cwd: folder });
    const replayed = path.join(folder, 'replayed');
    await clone(player.url, replayed);
    expect(await player.stop()).toMatchObject({ code: 0 });

    expect(runGit(replayed, ['rev-parse', 'HEAD']).trim()).toBe(tip);
    expect(runGit(replayed, ['rev-list', '--count', 'HEAD']).trim()).toBe('40');
    runGit(replayed, ['fsck', '--full', '--strict']);
    const listing = (clone: string): string => runGit(path.join(folder, clone), ['ls-tree', '-r', 'HEAD']);
    expect(listing('replayed')).toBe(listing('recorded'));
  });
});
