import { expect, test } from 'vitest';
import { contentHash } from '../../src/store/content-hash.ts';
import { cassetteOf, fixedTime, openReader, openWriter, responseOutcome } from '../support/cassette.ts';
import { valueFlow } from '../support/value-flow.ts';

type Exchanges = Parameters<typeof cassetteOf>[0];

const hashOf = (exchanges: Exchanges, session: Parameters<typeof cassetteOf>[1] = {}): string =>
  contentHash(openReader(cassetteOf(exchanges, session)));

test('equal content has an equal hash, whenever and by whatever version it was recorded', () => {
  const first = hashOf([{ responseBytes: 'a' }]);
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(hashOf([{ responseBytes: 'a', startedAt: fixedTime + 5, durationMs: 900 }])).toBe(first);
  expect(hashOf([{ responseBytes: 'a' }], { startedAt: 1, toolVersion: '9.9.9', gitCommit: 'abc' })).toBe(first);
});

test('other content has another hash', () => {
  const variants: [Exchanges, Parameters<typeof cassetteOf>[1]?][] = [
    [[{ responseBytes: 'a' }]],
    [[{ responseBytes: 'b' }]],
    [[{ requestBytes: 'a' }]],
    [[{ responseBytes: 'a' }, {}]],
    [[{ responseBytes: 'a', target: '/other' }]],
    [[{ responseBytes: 'a', outcome: responseOutcome({ trailers: ['T', '1'] }) }]],
    [[{ responseBytes: 'a' }], { name: 'other' }],
    [[{ responseBytes: 'a' }], { tags: { a: 'b' } }],
    [[{ responseBytes: 'a' }], { redacted: false }],
  ];
  expect(new Set(variants.map(([exchanges, session]) => hashOf(exchanges, session))).size).toBe(variants.length);
});

test('an accepted baseline, a decision, a flow and a redacted slot count', () => {
  const writer = openWriter(cassetteOf([{}]));
  const { id: sessionId } = writer.reader().session();
  const { id: exchangeId } = writer.reader().exchange(sessionId, 0)!;
  const hashes = [contentHash(writer.reader())];
  const note = (): void => void hashes.push(contentHash(writer.reader()));
  writer.acceptBaseline(exchangeId, { outcome: responseOutcome({ status: 201 }), capturedAt: 1, renames: [] });
  note();
  writer.addDecision({ exchangeId, action: 'reject', author: 'Ada', at: 1 });
  note();
  writer.addRedactedSlots(sessionId, [
    { position: 0, side: 'request', place: 'p', rule: 'r', name: 'N', pseudonym: 'x' },
  ]);
  note();
  writer.addFlows(sessionId, [valueFlow({ to: 0 })]);
  note();
  expect(new Set(hashes).size).toBe(hashes.length);
});

test('a message counts, when and in which pieces a body came does not', () => {
  const writer = openWriter(cassetteOf([{}]));
  const { id } = writer.reader().exchange(writer.reader().session().id, 0)!;
  const before = contentHash(writer.reader());
  writer.addStreamEvents(id, [{ direction: 'response', offsetMs: 5, sizeBytes: 3 }]);
  expect(contentHash(writer.reader())).toBe(before);
  const { sha256 } = writer.putBody(Buffer.from('hello'));
  writer.addStreamEvents(id, [{ direction: 'request', offsetMs: 5, opcode: 1, sizeBytes: 5, sha256 }]);
  expect(contentHash(writer.reader())).not.toBe(before);
});
