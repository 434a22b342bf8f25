import { describe, expect, onTestFinished, test } from 'vitest';
import { parseMatchRuleLine } from '../../src/model/match-rule-grammar.ts';
import { openLayers } from '../../src/proxy/open-layers.ts';
import type { Found } from '../../src/proxy/replay-found.ts';
import type { IncomingRequest } from '../../src/proxy/replay-layer.ts';
import { ReplaySource } from '../../src/proxy/replay-source.ts';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { newExchange, openReader, openWriter } from '../support/cassette.ts';
import { addSession, type Recorded, replayable, type ReplayableSession } from '../support/replayable.ts';
import { tempFolder } from '../support/temp-folder.ts';

const asked = (request: Partial<IncomingRequest>): IncomingRequest => ({
  targetName: 'default',
  method: 'GET',
  target: '/a',
  headers: ['Content-Type', 'application/json'],
  trailers: [],
  body: undefined,
  lane: 'default',
  ...request,
});

const post = (body: string, answer: string): Recorded => ({
  method: 'POST',
  target: '/a',
  headers: ['Content-Type', 'application/json'],
  body,
  answer,
});

/** Layers in the order given, the first one asked first. */
function sourceOf(...sessions: readonly ReplayableSession[]): ReplaySource {
  const reader = openReader(replayable(...sessions));
  const layers = reader.sessions().map((session) => ({ reader, cassette: 'shop', session }));
  return new ReplaySource({ layers, sequence: 'epoch' });
}

function told(found: Found): string {
  return found.kind === 'hit' ? String(found.recording.body) : `${found.choice.code} in ${found.layer.session.name}`;
}

describe('layers', () => {
  test('a write that is used up in the first is answered by the next', () => {
    const source = sourceOf({ exchanges: [post('{}', 'first')] }, { exchanges: [post('{}', 'second')] });
    const ask = (): string => told(source.find(asked({ method: 'POST', body: Buffer.from('{}') })));
    expect([ask(), ask(), ask()]).toEqual(['first', 'second', 'exhausted in session-1']);
  });

  test('where several recordings fit no other layer is asked', () => {
    const key = Buffer.alloc(32, 1);
    const source = sourceOf(
      { key, exchanges: [post('{"token":"one-1"}', 'one'), post('{"token":"two-2"}', 'two')] },
      { key, exchanges: [post('{"token":"any-3"}', 'any')] },
    );
    const body = Buffer.from('{"token":"new-4"}');
    expect(told(source.find(asked({ method: 'POST', body })))).toBe('ambiguous in session-1');
  });

  test('the reason of a miss comes from the layer that has one', () => {
    const interrupted = { kind: 'failure', code: 'interrupted', message: '' } as const;
    const source = sourceOf({ exchanges: [] }, { exchanges: [{ target: '/a', outcome: interrupted }] });
    expect(told(source.find(asked({})))).toBe('incomplete in session-2');
    expect(told(source.find(asked({ target: '/b' })))).toBe('unmatched in session-1');
  });

  test('lanes of one name are one for each layer', () => {
    const source = sourceOf(
      { exchanges: [{ target: '/a', answer: 'before' }, post('{}', 'done'), { target: '/a', answer: 'after' }] },
      { exchanges: [{ target: '/b', answer: 'before' }, post('{"n":1}', 'done'), { target: '/b', answer: 'after' }] },
    );
    expect(told(source.find(asked({ method: 'POST', body: Buffer.from('{}') })))).toBe('done');
    expect(told(source.find(asked({ target: '/a' })))).toBe('after');
    expect(told(source.find(asked({ target: '/b' })))).toBe('before');
    expect(told(source.find(asked({ target: '/a', lane: 'other' })))).toBe('before');
  });
});

test('a session that is still being recorded answers with what it has by now', () => {
  const file = replayable({ exchanges: [] });
  const writer = openWriter(file);
  const sessionId = addSession(writer, { name: 'live', exchanges: [], end: 'missing' });
  const reader = openReader(file);
  const source = new ReplaySource({
    layers: [{ reader, cassette: 'shop', session: reader.session('live') }],
    sequence: 'epoch',
  });
  expect(told(source.find(asked({})))).toBe('unmatched in live');
  const recorded = openReader(replayable({ exchanges: [{ target: '/a' }] }));
  const { requestKey } = recorded.exchange(1, 0)!;
  writer.transaction(() => writer.insertExchange(newExchange(sessionId, { target: '/a', requestKey })));
  expect(source.find(asked({})).kind).toBe('hit');
});

test('what the cassette cannot give is a miss, not an error', () => {
  const file = replayable({ exchanges: [{ target: '/a', answer: 'one' }] });
  const reader = CassetteReader.open(file);
  const source = new ReplaySource({
    layers: [{ reader, cassette: 'shop', session: reader.session() }],
    sequence: 'epoch',
  });
  reader.close();
  expect(told(source.find(asked({})))).toBe('unreadable in session-1');
});

test('a lane that was only guessed is a relaxation, and a miss where none is allowed', () => {
  const reader = openReader(replayable({ exchanges: [{ target: '/a', answer: 'one' }] }));
  const layers = [{ reader, cassette: 'shop', session: reader.session() }];
  const guessed = asked({ isGuess: true });
  expect(new ReplaySource({ layers, sequence: 'epoch' }).find(guessed)).toMatchObject({
    kind: 'hit',
    relaxations: ['guessed-lane'],
  });
  const strict = new ReplaySource({ layers, sequence: 'epoch', strict: true });
  expect(told(strict.find(guessed))).toBe('relaxed in session-1');
  expect(told(strict.find(asked({})))).toBe('one');
});

/** One session with its index, under match rules. */
async function learned(lines: readonly string[], exchanges: readonly Recorded[]): Promise<ReplaySource> {
  const options = { session: undefined, rules: lines.map(parseMatchRuleLine), folder: tempFolder() };
  const { layers, close } = await openLayers([openReader(replayable({ exchanges }))], options);
  onTestFinished(close);
  return new ReplaySource({ layers, sequence: 'epoch' });
}

describe('a header that counts', () => {
  test('counts where a later rule takes it back for other requests, also when asked again', async () => {
    const source = await learned(
      ['*: match header x-market', 'GET /static/**: ignore header x-market'],
      ['de', 'en'].map((market) => ({ target: '/a', headers: ['X-Market', market], answer: market })),
    );
    const ask = (market: string): string => told(source.find(asked({ headers: ['X-Market', market] })));
    expect(['de', 'de', 'de', 'en', 'en', 'fr'].map(ask)).toEqual([
      'de',
      'de',
      'de',
      'en',
      'en',
      'unmatched in session-1',
    ]);
  });

  test.each([
    ['of a call', 'application/grpc', Buffer.from([0, 0, 0, 0, 1, 7]), {}],
    ['of a request whose body was cut', 'application/octet-stream', Buffer.alloc(9), { cut: { sizeBytes: 9 } }],
  ])('counts beside the body %s', async (_, type, body, more) => {
    const headersOf = (market: string): string[] => ['Content-Type', type, ...(market ? ['X-Market', market] : [])];
    const recorded = { method: 'POST', target: '/a', headers: headersOf('de'), body, answer: 'de', ...more };
    const source = await learned(['*: match header x-market'], [recorded]);
    const ask = (market: string): string =>
      told(source.find(asked({ method: 'POST', headers: headersOf(market), body })));
    expect([ask(''), ask('en'), ask('de')]).toEqual(['unmatched in session-1', 'unmatched in session-1', 'de']);
  });
});

describe('recordings of one shape are not taken for one another', () => {
  const ids = ['3f2b8c1e-5d7a-4b9c-8e1f-2a6d4c8b0e13', '9d1e7f3a-2c4b-4a8d-b6e5-1f0c9a8b7d62'];
  const anew = '7d1e7f3a-2c4b-4a8d-b6e5-1f0c9a8b7d63';

  test('when their answers differ in a character that is no UTF-8', async () => {
    const answers = ['caf\xe9', 'caf\xe8'].map((text) => Buffer.from(text, 'latin1'));
    const source = await learned(
      [],
      ids.map((id, i) => ({ target: `/a?q=${id}`, answer: answers[i]! })),
    );
    expect(told(source.find(asked({ target: `/a?q=${anew}` })))).toBe('ambiguous in session-1');
  });

  test('when they hold the same value and differ in how the path is spelled', async () => {
    const exchanges = ['!', '%21'].map((mark) => ({ target: `/a${mark}${ids[0]}`, answer: mark }));
    const source = await learned([], exchanges);
    expect(told(source.find(asked({ target: `/a!${anew}` })))).toBe('ambiguous in session-1');
  });
});
