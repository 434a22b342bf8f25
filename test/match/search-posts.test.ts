import { describe, expect, test } from 'vitest';
import { isWrite } from '../../src/model/exchange.ts';
import { learnEffects } from '../../src/match/learn-effects.ts';
import { declaredConduct } from '../../src/match/search-posts.ts';
import { recordedFacts } from '../support/effects.ts';

/** Is the first request of the session taken for a write? */
const first = (...lines: readonly string[]): 'read' | 'write' =>
  learnEffects(recordedFacts(lines)).facts.get(0)!.isWrite ? 'write' : 'read';

describe('a POST with twice the same answer', () => {
  test.each([
    ['alone is a read', ['POST /rpc#sum = 3', 'POST /rpc#sum = 3'], 'read'],
    ['recorded once is a write', ['POST /search = 3'], 'write'],
    ['with other answers is a write', ['POST /search = 3', 'POST /search = 4'], 'write'],
    [
      'beside others to its address that differ after it is a write',
      ['POST /rpc#inc = ok', 'POST /rpc#get = 1', 'POST /rpc#inc = ok', 'POST /rpc#get = 2', 'POST /rpc#inc = ok'],
      'write',
    ],
    ['that tells of something made is a write', ['POST /search !201 = 3', 'POST /search !201 = 3'], 'write'],
    ['whose answer is used later is a write', ['POST /search +id = 3', 'POST /search +id = 3'], 'write'],
    [
      'that may change reads of its own kind is a write',
      ['POST /cart/find = ok', 'POST /cart/find = ok', 'GET /cart = 1'],
      'write',
    ],
    ['that may change anything is a write', ['POST /ping = ok', 'POST /ping = ok', 'GET /cart = 1'], 'write'],
    [
      'unless it is called a search',
      ['POST /products/_search = ok', 'POST /products/_search = ok', 'GET /cart = 1'],
      'read',
    ],
    [
      'or all was seen to stay as it was',
      ['POST /ping = ok', 'GET /cart = 1', 'POST /ping = ok', 'GET /cart = 1'],
      'read',
    ],
    [
      'after which a read changed is a write',
      ['POST /search = ok', 'GET /cart = 1', 'POST /search = ok', 'GET /cart = 2'],
      'write',
    ],
    ['by a rule is what the rule says', ['POST /search treat:write = 3', 'POST /search treat:write = 3'], 'write'],
  ] as const)('%s', (_, lines, conduct) => {
    expect(first(...lines)).toBe(conduct);
  });

  test('PUT is repeatable and writes all the same', () => {
    expect(first('PUT /search = 3', 'PUT /search = 3')).toBe('write');
  });
});

test.each([
  ['GET /a', 'read'],
  ['POST /a', 'write'],
  ['GET /a treat:write', 'write'],
  ['POST /a treat:read', 'read'],
  ['POST /a ~query:x', 'read'],
  ['POST /a ~subscription:x', 'read'],
  ['POST /a ~mutation:x', 'write'],
  ['GET /a ~mutation:x', 'read'],
])('%s is declared a %s', (line, conduct) => {
  expect(declaredConduct(recordedFacts([line])[0]!, isWrite)).toBe(conduct);
});
