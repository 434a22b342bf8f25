import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findTool, runTool, shellCommand } from '../../src/cli/system-tool.ts';
import { trustMachine } from '../support/trust-machine.ts';

test('a tool is found in PATH, never in the folder one stands in, and beside it where administrators keep theirs', () => {
  const machine = trustMachine('linux');
  expect(findTool(machine, 'certutil')).toBeUndefined();
  machine.addTool('certutil');
  expect(findTool(machine, 'certutil')).toBe(`${machine.path}/certutil`);
  expect(findTool({ ...machine, root: '', path: '.:' }, 'package.json')).toBeUndefined();
});

test("a tool's output is returned, and its last words are the error", async () => {
  expect(await runTool('/bin/sh', ['-c', 'echo fine'])).toBe('fine\n');
  await expect(runTool('/bin/sh', ['-c', 'echo one >&2; exit 3'])).rejects.toThrow('sh failed: one');
  await expect(runTool('/no/such/tool', [])).rejects.toThrow('tool failed: spawn /no/such/tool ENOENT');
});

test('a command can be typed into a shell and means the same words', () => {
  expect(shellCommand('sudo', 'cp', '/a b', "it's")).toBe(`sudo cp '/a b' 'it'\\''s'`);
  fc.assert(
    fc.property(
      fc.array(
        fc.string().filter((word) => !word.includes('\0')),
        { minLength: 1 },
      ),
      (words) => {
        const out = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${shellCommand(...words)}`]);
        expect(out.toString('utf8')).toBe(words.map((word) => `${word}\0`).join(''));
      },
    ),
    { numRuns: 30 },
  );
});
