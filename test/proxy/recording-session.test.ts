import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { beginRecording } from '../../src/proxy/recording-session.ts';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { appErrorOf } from '../support/app-error.ts';
import { newSession } from '../support/cassette.ts';
import { tempFolder } from '../support/temp-folder.ts';

function writerWith(...names: readonly string[]): CassetteWriter {
  const writer = CassetteWriter.open(path.join(tempFolder(), 'a.cassette'), { create: 'if-missing' });
  onTestFinished(() => writer.close());
  for (const name of names) writer.beginSession(newSession({ name }));
  return writer;
}

const { name: _, ...facts } = newSession();
const begin = (writer: CassetteWriter, mode: 'append' | 'rewrite', session?: string) =>
  beginRecording(writer, { mode, session }, facts);
const namesIn = (writer: CassetteWriter): string[] =>
  writer
    .reader()
    .sessions()
    .map(({ name }) => name);

describe('append', () => {
  test('counts on where there is no name', () => {
    expect(begin(writerWith(), 'append').name).toBe('session-1');
    expect(begin(writerWith('session-1', 'session-7'), 'append').name).toBe('session-8');
    expect(begin(writerWith('login', 'logout'), 'append').name).toBe('session-3');
  });

  test('refuses a name that is taken', () => {
    expect(appErrorOf(() => begin(writerWith('login'), 'append', 'login')).code).toBe('SESSION_EXISTS');
  });
});

describe('rewrite', () => {
  test('records beside the session it will replace, the newest where there is no name', () => {
    const writer = writerWith('login', 'checkout');
    expect(begin(writer, 'rewrite')).toMatchObject({ name: 'checkout', replaces: 'checkout' });
    expect(namesIn(writer)).toEqual(['login', 'checkout', 'checkout~rewrite']);
    expect(begin(writerWith('login', 'checkout'), 'rewrite', 'login')).toMatchObject({ replaces: 'login' });
  });

  test('of nothing is a new session', () => {
    expect(begin(writerWith(), 'rewrite')).toMatchObject({ name: 'session-1', replaces: undefined });
    expect(begin(writerWith('login'), 'rewrite', 'logout')).toMatchObject({ name: 'logout', replaces: undefined });
  });

  test('takes away what an earlier rewrite left when it crashed', () => {
    const writer = writerWith('login', 'login~rewrite');
    expect(begin(writer, 'rewrite')).toMatchObject({ name: 'login', replaces: 'login' });
    expect(namesIn(writer)).toEqual(['login', 'login~rewrite']);
  });

  test('leaves every session a person has named', () => {
    const writer = writerWith('login', 'login.rewrite');
    begin(writer, 'rewrite', 'login');
    expect(namesIn(writer)).toEqual(['login', 'login.rewrite', 'login~rewrite']);
  });
});
