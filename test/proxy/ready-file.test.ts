import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { writeReadyFile } from '../../src/proxy/ready-file.ts';
import { appErrorOf } from '../support/app-error.ts';
import { tempFolder } from '../support/temp-folder.ts';

const contents = {
  pid: 7,
  cassette: '/c/shop.cassette',
  listeners: [{ name: 'default', kind: 'reverse', url: 'http://127.0.0.1:1', target: 'http://t' }],
  control: { url: 'http://127.0.0.1:2', token: 'secret' },
} as const;

test('it is there whole, for its owner only, and removed at the end', () => {
  const folder = tempFolder();
  const file = path.join(folder, 'ready.json');
  writeFileSync(file, 'old', { mode: 0o644 });
  const remove = writeReadyFile(file, contents);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(contents);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['ready.json']);
  remove();
  expect(existsSync(file)).toBe(false);
});

test('a process that ends before it could remove the file takes it along', async () => {
  const file = path.join(tempFolder(), 'ready.json');
  const source = new URL('../../src/proxy/ready-file.ts', import.meta.url).href;
  const program = `import { existsSync } from 'node:fs';
    import { writeReadyFile } from ${JSON.stringify(source)};
    writeReadyFile(${JSON.stringify(file)}, { pid: 1, cassette: '', listeners: [] });
    console.log(existsSync(${JSON.stringify(file)}));
    process.exit(130);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program]);
  expect((await text(child.stdout)).trim()).toBe('true');
  if (child.exitCode === null) await once(child, 'close');
  expect(child.exitCode).toBe(130);
  expect(existsSync(file)).toBe(false);
});

test('a folder that is not there is an error that names the file', () => {
  const file = path.join(tempFolder(), 'no', 'ready.json');
  const { code, message } = appErrorOf(() => writeReadyFile(file, contents));
  expect(code).toBe('FILE_UNWRITABLE');
  expect(message).toContain(file);
});
