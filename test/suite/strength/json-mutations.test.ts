import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type JsonValue, jsonText, parseJsonValue } from '../../../src/model/json-value.ts';
import { answerWith } from '../../../src/suite/strength/answer.ts';
import { jsonMutations } from '../../../src/suite/strength/json-mutations.ts';
import type { MutationContext } from '../../../src/suite/strength/mutation.ts';
import { answer, noOthers, toldBodies } from '../../support/answers.ts';

function mutated(document: string, context: MutationContext = noOthers): string[] {
  const parsed = parseJsonValue(document);
  if (!parsed.ok) throw new Error(parsed.problem);
  const write = (value: JsonValue) => answerWith(answer(), { body: Buffer.from(jsonText(value)) });
  return toldBodies(jsonMutations(parsed.value, { ...context, write }));
}

test('members are dropped, and values become null, of another type, or another value', () => {
  expect(mutated('{"name":"lamp","price":19.50,"open":true,"of":null}')).toEqual([
    'null /: null',
    'type /: []',
    'drop /name: {"price":19.5,"open":true,"of":null}',
    'null /name: {"name":null,"price":19.5,"open":true,"of":null}',
    'type /name: {"name":{"value":"lamp"},"price":19.5,"open":true,"of":null}',
    'text /name: {"name":"lamq","price":19.5,"open":true,"of":null}',
    'drop /price: {"name":"lamp","open":true,"of":null}',
    'null /price: {"name":"lamp","price":null,"open":true,"of":null}',
    'type /price: {"name":"lamp","price":"19.5","open":true,"of":null}',
    'number /price: {"name":"lamp","price":20.5,"open":true,"of":null}',
    'drop /open: {"name":"lamp","price":19.5,"of":null}',
    'null /open: {"name":"lamp","price":19.5,"open":null,"of":null}',
    'type /open: {"name":"lamp","price":19.5,"open":1,"of":null}',
    'flag /open: {"name":"lamp","price":19.5,"open":false,"of":null}',
    'drop /of: {"name":"lamp","price":19.5,"open":true}',
    'type /of: {"name":"lamp","price":19.5,"open":true,"of":0}',
  ]);
});

test('arrays lose elements, have one twice, and change the order of two that differ', () => {
  const found = mutated('[1,1,2]').filter((line) => /^(?:drop|duplicate|reorder)/.test(line));
  expect(found).toEqual([
    'reorder /2: [1,2,1]',
    'duplicate /0: [1,1,1,2]',
    'drop /0: [1,2]',
    'drop /1: [1,2]',
    'drop /2: [1,1]',
  ]);
  expect(mutated('[1,1]').some((line) => line.startsWith('reorder'))).toBe(false);
});

test('times go off the clock in their own notation, ids become those of others, tokens make other claims', () => {
  const jwt = ['{"alg":"none"}', '{"role":"guest","exp":1767225600}', 'x']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
  const id = '6f1c2b9e-0d3a-4c55-9a43-5f0f0f0f0f0f';
  const others = { ...noOthers, another: (value: JsonValue) => (value === id ? id.replace('6f', '7e') : undefined) };
  const found = mutated(`{"at":"2026-03-01T12:00:00Z","id":"${id}","token":"${jwt}"}`, others);
  expect(found.filter((line) => /^(?:time|swap)/.test(line)).map((line) => line.slice(0, 60))).toEqual([
    'time /at: {"at":"2026-03-02T13:17:03Z","id":"6f1c2b9e-0d3a-4',
    'swap /id: {"at":"2026-03-01T12:00:00Z","id":"7e1c2b9e-0d3a-4',
  ]);
  expect(found).toContain(`text /id: {"at":"2026-03-01T12:00:00Z","id":"undefined","token":"${jwt}"}`);
  const claims = found.flatMap((line) => {
    const [, words, payload] = /^(token [^:]*):.*"token":"[^.]*\.([^.]*)\./.exec(line) ?? [];
    return words === undefined ? [] : [`${words} ${Buffer.from(payload!, 'base64url').toString()}`];
  });
  expect(claims).toEqual([
    'token /token (role) {"role":"guesu","exp":1767225600}',
    'token /token (exp) {"role":"guest","exp":1767316623}',
  ]);
});

test("two ids of one kind stand in each other's place", () => {
  const found = mutated('{"items":[{"id":1,"n":1},{"id":2,"n":1}],"user_id":3}');
  expect(found.filter((line) => / and /.test(line))).toEqual([
    'swap /items/0/id and /items/1/id: {"items":[{"id":2,"n":1},{"id":1,"n":1}],"user_id":3}',
  ]);
});

test('no mutation of a document is the document, and patterns are few', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      const text = jsonText(value as JsonValue);
      for (const line of mutated(text)) expect(line.slice(line.indexOf(': ') + 2)).not.toBe(text);
    }),
    { numRuns: 100 },
  );
});
