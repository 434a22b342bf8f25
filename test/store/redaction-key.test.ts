import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { redactionKey } from '../../src/store/redaction-key.ts';
import { appErrorOf } from '../support/app-error.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeReadOnly, unprivileged } from '../support/unprivileged.ts';

describe("the project's key", () => {
  test('comes from the environment, any text, and then no file is made', () => {
    const folder = tempFolder();
    const key = redactionKey(folder, { RETAKE_REDACT_KEY: 'Grüße' });
    expect(key).toEqual(createHash('sha256').update('Grüße', 'utf8').digest());
    expect(existsSync(path.join(folder, '.retake'))).toBe(false);
  });

  test('is made once, for its owner only, where git does not see it', () => {
    const folder = tempFolder();
    const key = redactionKey(folder, { RETAKE_REDACT_KEY: '' });
    expect(key).toHaveLength(32);
    expect(redactionKey(folder, {})).toEqual(key);
    const file = path.join(folder, '.retake', 'key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(path.join(folder, '.retake', '.gitignore'), 'utf8')).toBe('*\n');
    expect(redactionKey(tempFolder(), {})).not.toEqual(key);
  });

  test('that is damaged is never replaced by another one', () => {
    const folder = tempFolder();
    mkdirSync(path.join(folder, '.retake'));
    writeFileSync(path.join(folder, '.retake', 'key'), 'half a ke');
    const { code, message } = appErrorOf(() => redactionKey(folder, {}));
    expect(code).toBe('CONFIG_INVALID');
    expect(message).toContain('is not a key of 64 hexadecimal digits');
    expect(readFileSync(path.join(folder, '.retake', 'key'), 'utf8')).toBe('half a ke');
  });

  test('that cannot be read is an error that names the file', () => {
    const folder = tempFolder();
    mkdirSync(path.join(folder, '.retake', 'key'), { recursive: true });
    expect(appErrorOf(() => redactionKey(folder, {})).code).toBe('CONFIG_INVALID');
    const file = path.join(tempFolder(), 'file');
    writeFileSync(file, '');
    expect(appErrorOf(() => redactionKey(file, {}))).toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('that cannot be made is an error that names the file', () => {
    const folder = tempFolder();
    const restore = makeReadOnly(folder);
    const error = appErrorOf(() => unprivileged(() => redactionKey(folder, {})));
    restore();
    expect(error.code).toBe('FILE_UNWRITABLE');
    expect(error.message).toContain(path.join(folder, '.retake', 'key'));
  });
});
