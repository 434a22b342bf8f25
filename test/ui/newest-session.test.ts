import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { CassetteLibrary } from '../../src/ui/cassette-library.ts';
import { newestSession, readSessions } from '../../src/ui/newest-session.ts';
import { newSession } from '../support/cassette.ts';
import { tempFolder } from '../support/temp-folder.ts';

function record(file: string, name: string, startedAt: number): void {
  const writer = CassetteWriter.open(file, { create: 'if-missing' });
  writer.transaction(() => {
    writer.finishSession(writer.beginSession(newSession({ name, startedAt })), { endedAt: startedAt });
  });
  writer.close();
}

test('the session recorded last is found in any cassette; one that cannot be read hides none', () => {
  const folder = tempFolder();
  record(path.join(folder, 'a.cassette'), 'early', 1_000);
  record(path.join(folder, 'b.cassette'), 'late', 3_000);
  record(path.join(folder, 'a.cassette'), 'middle', 2_000);
  writeFileSync(path.join(folder, 'c.cassette'), 'nothing of the kind');
  const library = new CassetteLibrary(folder, []);
  expect(newestSession(library)).toMatchObject({ cassette: { name: 'b' }, session: { name: 'late' } });
  expect(
    readSessions(library).map((facts) => ('problem' in facts ? facts.problem.code : facts.sessions.length)),
  ).toEqual([2, 1, 'CASSETTE_NOT_SQLITE']);
});

test('an empty folder has none', () => {
  expect(newestSession(new CassetteLibrary(tempFolder(), []))).toBeUndefined();
});
