import { expect, test } from 'vitest';
import type { Outcome } from '../../src/model/exchange.ts';
import { type DigestedExchange, steadyDigests } from '../../src/proxy/steady-digests.ts';
import { responseOutcome } from '../support/cassette.ts';

const bodies = new Map<string, Buffer>();
const reads = { body: (sha256: string): Buffer => bodies.get(sha256)! };

function answer(text: string): Outcome {
  bodies.set(text, Buffer.from(text));
  const sizeBytes = text.length;
  return {
    ...(responseOutcome() as Extract<Outcome, { kind: 'response' }>),
    headers: ['Content-Type', 'application/json'],
    body: { sizeBytes, sha256: text, truncated: false, fullSizeBytes: sizeBytes },
  };
}
const read = (text: string, requestKey = 'k'): DigestedExchange => ({
  requestKey,
  isWrite: false,
  outcome: answer(text),
});
const write: DigestedExchange = { requestKey: 'w', isWrite: true, outcome: answer('{}') };
const [a, b] = ['3f2504e0-4f89-41d3-9a0c-0305e82c3301', '8c9e6679-7425-40de-944b-e07fc1f90ae7'];

test('a new id after a write is a difference', () => {
  const [before, , after] = steadyDigests(reads, [read(`{"id":"${a}"}`), write, read(`{"id":"${b}"}`)]);
  expect(before).not.toBe(after);
});

test('an id that changes without a write is made for each answer', () => {
  const exchanges = [
    read(`{"trace":"${a}","n":1}`),
    read(`{"trace":"${b}","n":1}`),
    write,
    read(`{"trace":"${a}","n":2}`),
  ];
  const [first, second, , third] = steadyDigests(reads, exchanges);
  expect(first).toBe(second);
  expect(third).not.toBe(second);
});

test('ids that equal writes answer with are different answers', () => {
  const order = (id: string): DigestedExchange => ({ ...read(`{"order":"${id}"}`), isWrite: true });
  const [first, second] = steadyDigests(reads, [order(a), order(b)]);
  expect(first).not.toBe(second);
});

test('more than such values makes a difference, also without a write', () => {
  const [first, second] = steadyDigests(reads, [read(`{"at":"${a}","n":1}`), read(`{"at":"${b}","n":2}`)]);
  expect(first).not.toBe(second);
});

test('failures and streams cannot be compared', () => {
  const stream = { ...answer('data: 1\n\n'), headers: ['Content-Type', 'text/event-stream'] } as Outcome;
  const failure: Outcome = { kind: 'failure', code: 'refused', message: 'x' };
  expect(
    steadyDigests(reads, [
      { requestKey: 'k', isWrite: false, outcome: stream },
      { requestKey: 'k', isWrite: false, outcome: failure },
      { requestKey: 'k', isWrite: false, outcome: undefined },
    ]),
  ).toEqual([undefined, undefined, undefined]);
});

test('an equal body under another ETag or Link is another answer, under another Date it is not', () => {
  const under = (...headers: string[]): DigestedExchange => {
    const { outcome, ...rest } = read('[1]');
    return { ...rest, outcome: { ...(outcome as Extract<Outcome, { kind: 'response' }>), headers } };
  };
  const [plain, tagged, paged, dated] = steadyDigests(reads, [
    under(),
    under('ETag', '"1"'),
    under('link', '</?page=2>; rel="next"'),
    under('Date', 'Sun, 06 Nov 1994 08:49:37 GMT'),
  ]);
  expect(new Set([plain, tagged, paged]).size).toBe(3);
  expect(dated).toBe(plain);
});

test('of an answer without a body its length tells', () => {
  const long = (length: string): DigestedExchange => {
    const { outcome, ...rest } = read('');
    const headers = ['Content-Length', length];
    return { ...rest, outcome: { ...(outcome as Extract<Outcome, { kind: 'response' }>), headers } };
  };
  const [one, same, other] = steadyDigests(reads, [long('1'), long('1'), long('2')]);
  expect(same).toBe(one);
  expect(other).not.toBe(one);
});
