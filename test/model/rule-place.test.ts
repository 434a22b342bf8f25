import { describe, expect, test } from 'vitest';
import { formatRulePlace, parseRulePlace } from '../../src/model/rule-place.ts';

describe('a place as text', () => {
  test.each([
    ['method', 'method', { kind: 'method' }],
    ['authority', 'authority', { kind: 'authority' }],
    ['path', 'path', { kind: 'path' }],
    ['query', 'query', { kind: 'query' }],
    [' body ', 'body', { kind: 'body' }],
    ['path id', 'path id', { kind: 'segment', name: 'id' }],
    ['path {id}', 'path id', { kind: 'segment', name: 'id' }],
    ['query  nonce', 'query nonce', { kind: 'query', name: 'nonce' }],
    ['query "my name"', 'query "my name"', { kind: 'query', name: 'my name' }],
    ['query ids[]', 'query ids[]', { kind: 'query', name: 'ids[]' }],
    ['form ""', 'form ""', { kind: 'form', name: '' }],
    ['cookie Sid', 'cookie Sid', { kind: 'cookie', name: 'Sid' }],
    ['header X-Request-Id', 'header x-request-id', { kind: 'header', name: 'x-request-id' }],
    ['json $.a.b', 'json $.a.b', { kind: 'json', path: '$.a.b' }],
    ["json $..a[?@.b == 'x as y']", "json $..a[?@.b == 'x as y']", { kind: 'json', path: "$..a[?@.b == 'x as y']" }],
    ['json $.a\n  [0]', 'json $.a   [0]', { kind: 'json', path: '$.a   [0]' }],
  ])('%j is written %s', (text, written, place) => {
    const parsed = parseRulePlace(text);
    expect(parsed).toEqual(place);
    expect(formatRulePlace(parsed)).toBe(written);
  });

  test.each([
    ['', 'no place is named'],
    ['qurey nonce', '"qurey" is no place; did you mean "query"?'],
    ['$.id', '"$.id" is no place'],
    ['json', 'json needs a JSONPath'],
    ['header', 'header needs a name'],
    ['body $.id', 'body takes no name, and here stands "$.id"'],
    ['header a b', '"a b" is no name of a header'],
    ['query my name', '"my name" is more than one word'],
    ['query "my name', '"my name is no quoted name'],
    ['path a/b', '"a/b" is no name of a path segment'],
    ['json id', 'JSONPath "id": a JSONPath begins with "$", not with "i"'],
    ['json $.a[', 'JSONPath "$.a[": unclosed bracketed selection'],
    ['json $[?foo(@)]', 'JSONPath "$[?foo(@)]": no such function'],
  ])('%j is refused: %s', (text, problem) => {
    expect(() => parseRulePlace(text)).toThrow(problem);
  });
});
