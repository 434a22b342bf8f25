import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { contextOf } from '../../src/cli/context.ts';
import { readTimeOptions } from '../../src/cli/read-time-options.ts';
import { addTimeOptions } from '../../src/cli/time-options.ts';
import { tempFolder } from '../support/temp-folder.ts';

const context = (cwd = tempFolder()) => contextOf({ cwd }, { TEST_SECRET: 'secret', EMPTY: '' });

describe('--time', () => {
  test('is as recorded by default, whatever keys there are', () => {
    const command = addTimeOptions(new Command()).parse([], { from: 'user' });
    expect(command.opts()).toEqual({ time: 'recorded' });
    expect(readTimeOptions(context(), { time: 'recorded', jwtKey: 'nowhere.pem' })).toBeUndefined();
  });

  test('shift takes the key of a file and the secret of a variable', () => {
    const cwd = tempFolder();
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(path.join(cwd, 'test.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const options = readTimeOptions(context(cwd), { time: 'shift', jwtKey: 'test.pem', jwtSecret: 'TEST_SECRET' })!;
    expect(options.keys.secret).toBe('secret');
    expect(options.keys.key!.asymmetricKeyType).toBe('ed25519');
  });

  test.each([
    [{ jwtKey: 'nowhere.pem' }, /--jwt-key .*nowhere\.pem: ENOENT/],
    [{ jwtSecret: 'EMPTY' }, /--jwt-secret EMPTY: there is no such environment variable/],
  ])('%j is refused', (given, problem) => {
    expect(() => readTimeOptions(context(), { time: 'shift', ...given })).toThrow(problem);
  });
});
