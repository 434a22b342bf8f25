import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AppError } from '../../src/base/errors.ts';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { cassetteOf, fixedTime, openWriter } from '../support/cassette.ts';
import { holdCassette } from '../support/held-cassette.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { connectTo } from '../support/sqlite-file.ts';
import { appErrorOf } from '../support/app-error.ts';

const refusal = (file: string): AppError => appErrorOf(() => CassetteWriter.open(file, { create: 'never' }).close());

describe('the writer lock', () => {
  test('names the process that holds it, and since when', async () => {
    const file = path.join(tempFolder(), 'x.cassette');
    const holder = await holdCassette('create', file);
    const refused = refusal(file);
    expect(refused).toMatchObject({ code: 'CASSETTE_LOCKED', exitCode: 4 });
    expect(refused.message).toMatch(
      new RegExp(String.raw`^cassette .*x\.cassette is being written by process ${holder.pid} since \d{4}-\d\d-\d\dT`),
    );
    await holder.release();
    openWriter(file).close();
  });

  test('holds within one process too', () => {
    const file = cassetteOf([{}]);
    const writer = openWriter(file);
    expect(refusal(file).message).toContain(`by process ${process.pid} since`);
    writer.close();
    openWriter(file).close();
  });

  test('dies with its holder', async () => {
    const file = path.join(tempFolder(), 'x.cassette');
    const holder = await holdCassette('create', file);
    await holder.kill();
    openWriter(file).close();
    expect(readdirSync(path.dirname(file))).toEqual(['x.cassette']);
  });

  test.runIf(process.platform === 'linux')('is not held by a later process that got the same number', () => {
    const file = cassetteOf([{}]);
    const connection = connectTo(file, 'write');
    const hold = (identity: string): void =>
      void connection.run('INSERT OR REPLACE INTO writer VALUES (1, ?, ?, ?)', process.pid, identity, fixedTime);
    hold('another-boot:12345');
    openWriter(file).close();
    // Where processes have no identity, the number has to do.
    hold('');
    expect(refusal(file).message).toContain('since 2025-01-15T10:00:00.000Z');
    connection.run('DELETE FROM writer');
    connection.close();
  });
});
