import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { readConfig, withConfig } from '../../src/cli/config.ts';
import { addRecordingOptions } from '../../src/cli/recording-options.ts';
import { addServingOptions } from '../../src/cli/serving-options.ts';
import { runRetake, startRetake } from '../support/process.ts';
import { replayFolder, shop } from '../support/replayable.ts';
import { tempFolder } from '../support/temp-folder.ts';

function project(config: unknown, folder = tempFolder()): string {
  if (config !== undefined) writeFileSync(path.join(folder, 'retake.config.json'), JSON.stringify(config));
  return folder;
}

async function optionsUnder(config: unknown, args: readonly string[] = [], ci = false): Promise<object> {
  const command = addRecordingOptions(addServingOptions(new Command())).exitOverride();
  command.parse(args, { from: 'user' });
  const context = { cwd: project(config), ci };
  return withConfig(context, { command, options: command.opts<object>(), sections: ['replay', 'record'] });
}

describe('defaults of a project', () => {
  test('are used for what no flag says, and mean what the flag means', async () => {
    const config = {
      replay: {
        sequence: 'ordered',
        timing: '2x',
        onMiss: 'forward',
        failOn: ['unmatched', 'unused'],
        strict: true,
        maxAge: '30d',
        exhausted: 'loop',
        lanes: 'explicit',
        cache: '1mb',
        faults: ['*:  503  20%', { in: 'GET /a', fault: 'latency 1s', times: 2 }],
        faultSeed: 7,
      },
      record: { include: ['host:a', 'host:b'], maxBody: '1kb', tags: { a: '1', b: '2' }, durable: true },
    };
    expect(await optionsUnder(config)).toMatchObject({
      sequence: 'ordered',
      timing: '2x',
      onMiss: 'forward',
      failOn: 'unmatched,unused',
      strict: true,
      maxAge: 30 * 86_400_000,
      exhausted: 'loop',
      lanes: 'explicit',
      cache: 1024 ** 2,
      fault: ['*: 503 20%', 'GET /a: latency 1s first 2'],
      faultSeed: 7,
      include: ['host:a', 'host:b'],
      maxBody: 1024,
      tag: ['a=1', 'b=2'],
      durable: true,
    });
    expect(await optionsUnder(config, ['--sequence', 'epoch', '--include', 'host:c'])).toMatchObject({
      sequence: 'epoch',
      include: ['host:c'],
      timing: '2x',
    });
  });

  test('are those of the command line where there is no file', async () => {
    expect(await optionsUnder(undefined)).toMatchObject({ sequence: 'epoch', timing: 'instant', onMiss: 'error' });
    expect(await optionsUnder({ replay: { strict: false } })).not.toHaveProperty('strict', false);
  });

  test('never pass misses on in CI', async () => {
    expect(await optionsUnder({ replay: { onMiss: 'record' } }, [], true)).toMatchObject({ onMiss: 'error' });
  });

  test.each([
    [{ replay: { sequence: 'epok' } }, /replay\.sequence: "epok" is not valid/],
    [{ replay: { timing: 'fast' } }, /replay\.timing: "fast" is not valid/],
    [{ replay: { failOn: 'misses' } }, /replay\.failOn: "misses" is not valid/],
    [{ replay: { failOn: [] } }, /replay\.failOn: "" is not valid/],
    [{ replay: { faults: ['*: reset', '*: rset'] } }, /replay\.faults\[1\]: fault \*: rset: "rset" is no fault/],
    [{ replay: { time: 'now' } }, /replay\.time: "now" is not valid/],
    [{ replay: { faultSeed: 1.5 } }, /replay\.faultSeed: "1\.5" is not valid/],
    [{ replay: { maxAge: 'a month' } }, /replay\.maxAge: "a month" is not valid/],
    [{ record: { maxBody: 'big' } }, /record\.maxBody: "big" is not valid/],
  ])('%j is refused', async (config, message) => {
    await expect(optionsUnder(config)).rejects.toThrow(message);
  });

  test('are read once', async () => {
    const context = { cwd: project({}) };
    expect(readConfig(context)).toBe(readConfig(context));
    expect((await readConfig(context)).file).toBe(path.join(context.cwd, 'retake.config.json'));
  });
});

describe('retake with a configuration', () => {
  test('replays by it, unless a flag or the environment says otherwise', async () => {
    const cwd = project({ replay: { failOn: 'unused' } }, replayFolder(shop));
    const stopped = async (args: string[], env = {}): Promise<number | null> => {
      const replay = await startRetake(['replay', 'shop', '--no-control', ...args], { cwd, env });
      return (await replay.stop('SIGTERM')).code;
    };
    expect(await stopped([])).toBe(1);
    expect(await stopped(['--fail-on', 'none'])).toBe(0);
    expect(await stopped([], { RETAKE_FAIL_ON: 'none' })).toBe(0);
    expect(await stopped([], { RETAKE_CONFIG: 'package.json' }).catch((thrown: unknown) => String(thrown))).toContain(
      'package.json: there is no such file',
    );
  });

  test('says what is wrong with it, as text and as JSON', async () => {
    const cwd = project({ replay: { sequense: 'any' } });
    const file = path.join(cwd, 'retake.config.json');
    const problem = `${file}: replay.sequense: it is unknown; did you mean "sequence"?`;
    const { code, stderr } = await runRetake(['replay', 'shop'], { cwd });
    expect([code, stderr]).toEqual([
      2,
      `error: ${problem}\n  known in replay: sequence, exhausted, lanes, timing, onMiss, failOn, strict, maxAge, cache, faults, faultSeed, time, jwtKey, jwtSecret\n`,
    ]);
    const json = await runRetake(['record', '--cassette', 'x', '--target', 'http://127.0.0.1:1', '--json'], { cwd });
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'CONFIG_INVALID', message: problem } });
  });

  test('reads TypeScript, says nothing of its own about it, and takes it from where --config says', async () => {
    const cwd = replayFolder(shop);
    writeFileSync(path.join(cwd, 'package.json'), '{}');
    writeFileSync(
      path.join(cwd, 'mine.ts'),
      "const onMiss: string = 'nothing';\nexport default { replay: { onMiss } };\n",
    );
    const { code, stderr } = await runRetake(['replay', 'shop', '--config', 'mine.ts'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toBe(
      `error: ${path.join(cwd, 'mine.ts')}: replay.onMiss: "nothing" is not valid\n  Allowed choices are error, forward, record.\n`,
    );
  });
});
