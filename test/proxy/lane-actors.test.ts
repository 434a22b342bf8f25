import { describe, expect, onTestFinished, test } from 'vitest';
import { preferActor, preferAnonymous, RecordedActors } from '../../src/proxy/lane-actors.ts';
import { credentialsOf } from '../../src/proxy/lane-credentials.ts';
import { openLayers } from '../../src/proxy/open-layers.ts';
import { openReader } from '../support/cassette.ts';
import { replayable } from '../support/replayable.ts';
import { tempFolder } from '../support/temp-folder.ts';

const headersOf = (who: string): string[] => (who === '' ? [] : ['Authorization', who]);
const basic = (user: string): string => `Basic ${Buffer.from(`${user}:x`).toString('base64')}`;

function actorsOf(...recorded: readonly string[]) {
  const exchanges = recorded.map((who) => ({ target: '/me', headers: headersOf(who) }));
  const reader = openReader(replayable({ exchanges, redacted: false }));
  const actors = new RecordedActors([{ index: 0, reader, session: reader.session() }]);
  const candidates = recorded.map((_, position) => ({ position }));
  const preferred = (who: string): readonly number[] => {
    const [credential] = credentialsOf(headersOf(who));
    const parts = new Map(credential ? [[credential.place, new Set([credential.id])]] : []);
    return preferActor(candidates, 0, { actors, parts }).candidates.map(({ position }) => position);
  };
  return { actors, candidates, preferred };
}

test('of recordings of several people those of the one who asks are left', () => {
  const { preferred } = actorsOf(basic('ada'), basic('bob'), basic('ada'), '');
  expect(preferred(basic('ada'))).toEqual([0, 2]);
  expect(preferred(basic('bob'))).toEqual([1]);
});

test('all are left to somebody else, and to nobody', () => {
  const { preferred, candidates, actors } = actorsOf(basic('ada'), basic('bob'));
  expect(preferred(basic('eve'))).toEqual([0, 1]);
  expect(preferAll()).toBe(candidates);

  function preferAll() {
    return preferActor(candidates, 0, { actors, parts: new Map() }).candidates;
  }
});

test('a token that follows another may be the same person’s, one used in turn with it is not', () => {
  expect(actorsOf('Bearer a', 'Bearer a', 'Bearer b', 'Bearer b').preferred('Bearer a')).toEqual([0, 1, 2, 3]);
  expect(actorsOf('Bearer a', 'Bearer b', 'Bearer a', 'Bearer b').preferred('Bearer a')).toEqual([0, 2]);
});

test('lists are made once, and their cursors kept apart', () => {
  const { actors, candidates } = actorsOf(basic('ada'), basic('bob'));
  const parts = actors.among([candidates[0]!], 0);
  const once = preferActor(candidates, 0, { actors, parts });
  expect(preferActor(candidates, 0, { actors, parts }).candidates).toBe(once.candidates);
  expect(once.id).not.toBe('');
  expect(preferActor(candidates, 0, { actors, parts: actors.among([candidates[1]!], 0) }).id).not.toBe(once.id);
});

test('who asked stands in the index, and no headers are read', async () => {
  const exchanges = ['ada', 'bob', 'ada'].map((who) => ({ target: '/me', headers: headersOf(basic(who)) }));
  const reader = openReader(replayable({ exchanges, redacted: false }));
  const { layers, close } = await openLayers([reader], { session: undefined, rules: [], folder: tempFolder() });
  onTestFinished(close);
  const { lookup, session } = layers[0]!;
  const unread = { exchanges: () => expect.fail('headers were read') };
  const actors = new RecordedActors([{ index: 0, reader: unread, session, lookup: lookup! }]);
  const { requestKey } = reader.exchange(session.id, 0)!;
  const candidates = lookup!.candidates(session.id, requestKey);
  const [ada] = credentialsOf(headersOf(basic('ada')));
  expect(actors.isRecorded('authorization', ada!.id)).toBe(true);
  expect(actors.among(candidates, 0).get('authorization')?.size).toBe(2);
  const parts = new Map([['authorization', new Set([ada!.id])]]);
  expect(preferActor(candidates, 0, { actors, parts }).candidates.map(({ position }) => position)).toEqual([0, 2]);
});

describe('a client that does not say who it is', () => {
  const one = { actor: [['authorization', 'a']] };
  const nobody = {};

  test('gets what was recorded of nobody in particular, where there is any', () => {
    expect(preferAnonymous([one, nobody])).toEqual({ candidates: [nobody], id: '\nanonymous' });
    expect(preferAnonymous([nobody, nobody])).toEqual({ candidates: [nobody, nobody], id: '' });
    const later = { since: 3 };
    expect(preferAnonymous([one, later])).toEqual({ candidates: [one, later], id: '' });
    expect(preferAnonymous([one, one])).toEqual({ candidates: [one, one], id: '' });
  });
});
