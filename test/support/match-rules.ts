import fc from 'fast-check';
import type { MatchRule, RulePlace } from '../../src/model/match-rule.ts';
import { parseMatchRuleLine } from '../../src/model/match-rule-grammar.ts';

/** Rules as people write them. */
export function matchRules(...lines: readonly string[]): MatchRule[] {
  return lines.map(parseMatchRuleLine);
}

const name = fc.string({ unit: 'grapheme', maxLength: 8 });
const token = fc.stringMatching(/^[a-z0-9!#$%&'*+.^_`|~-]{1,8}$/);
const variable = fc.stringMatching(/^[A-Za-z0-9_-]{1,5}$/);
const method = fc.constantFrom('*', 'GET', 'POST', 'PROPFIND', 'M-SEARCH');

const segment = fc.oneof(
  fc.constantFrom('orders', '*', '', 'a:b', '%7e', 'v1.2', '..'),
  fc.stringMatching(/^[a-z0-9._~:@!$&'()+,;=-]{1,8}$/),
  variable.map((text) => `{${text}}`),
);
const path = fc
  .tuple(fc.uniqueArray(segment, { minLength: 1, maxLength: 4, selector: (text) => text }), fc.boolean())
  // A first segment that is empty would make a server of the second.
  .map(([segments, rest]) => (rest ? [...segments, '**'] : segments))
  .filter((segments) => segments[0] !== '' || segments.length === 1);

const jsonPath = fc.constantFrom(
  '$',
  '$.id',
  '$.items[*].id',
  '$..nonce',
  "$['a b'][?@.kind == 'x as y']",
  '$[-1]',
  '$.a[0:2]',
);

const scope = fc.record(
  { method, host: fc.constantFrom('api', 'api.test:8443', '[::1]:80'), path: fc.option(path, { nil: undefined }) },
  { requiredKeys: ['method', 'path'] },
);

const valuePlace: fc.Arbitrary<RulePlace> = fc.oneof(
  fc.record({ kind: fc.constantFrom('query', 'form', 'cookie'), name }),
  fc.record({ kind: fc.constant('header'), name: token }),
  fc.record({ kind: fc.constant('json'), path: jsonPath }),
);

const part: fc.Arbitrary<RulePlace> = fc.record({
  kind: fc.constantFrom('method', 'authority', 'path', 'query', 'body'),
});

const action = fc.oneof(
  fc.record({ action: fc.constant('ignore'), place: fc.oneof(valuePlace, part) }),
  fc.record({ action: fc.constant('type'), place: valuePlace, as: fc.constantFrom('uuid', 'timestamp', 'any') }),
  fc.record({ action: fc.constant('match'), place: token.map((text) => ({ kind: 'header', name: text })) }),
  fc.record({ action: fc.constant('treat'), as: fc.constantFrom('read', 'write') }),
);

/** Any rule that can be written, in its parsed form. */
export const someRule: fc.Arbitrary<MatchRule> = fc.oneof(
  fc.tuple(scope, action).map(([where, what]) => ({ scope: where, ...what }) as MatchRule),
  fc.tuple(method, variable).map(([verb, named]): MatchRule => ({
    scope: { method: verb, path: ['orders', `{${named}}`, '**'] },
    action: 'ignore',
    place: { kind: 'segment', name: named },
  })),
);
