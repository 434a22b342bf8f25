import fc from 'fast-check';
import { compareOutcomes } from '../../src/compare/compare-outcomes.ts';
import { ruleRulings } from '../../src/compare/rule-rulings.ts';
import type { CompareMatcher, ComparePlace, CompareRule } from '../../src/model/compare-rule.ts';
import { parseCompareRuleLine } from '../../src/model/compare-rule-grammar.ts';
import { type CompareRuleSet, compileCompareRules } from '../../src/model/compare-rule-set.ts';
import type { Difference } from '../../src/model/verdict.ts';
import { noRenames, response, type ResponseParts } from './comparable.ts';

/** Rules as people write them, named `rule 1`, `rule 2`, … */
export function compareRules(...lines: readonly string[]): CompareRuleSet {
  return compileCompareRules(lines.map((line, i) => ({ name: `rule ${i + 1}`, rule: parseCompareRuleLine(line) })));
}

/** Differences under rules for every request, each written from its place on. */
export function compareUnder(lines: readonly string[], before: ResponseParts, after: ResponseParts): Difference[] {
  const { rules } = compareRules(...lines.map((line) => `*: expect ${line}`));
  return compareOutcomes(response(before), response(after), { renames: noRenames, rulings: [ruleRulings(rules)] });
}

/** Differences of two JSON documents under one rule, in short: place, severity, rule or note. */
export function verdictsUnder(line: string, before: unknown, after: unknown): string[] {
  const found = compareUnder([line], { body: JSON.stringify(before) }, { body: JSON.stringify(after) });
  return found.map(({ part, path, severity, rule, note }) =>
    [part === 'body' ? path : `${part} ${path}`, severity, rule ?? (note === undefined ? '' : `(${note})`)]
      .filter((word) => word !== '')
      .join(' '),
  );
}

const token = fc.stringMatching(/^[a-z0-9!#$%&'*+.^_`|~-]{1,8}$/);

const valuePlace: fc.Arbitrary<ComparePlace> = fc.oneof(
  fc.record({ kind: fc.constantFrom('header', 'trailer'), name: token }),
  fc.record({ kind: fc.constant('cookie'), name: fc.string({ unit: 'grapheme', maxLength: 8 }) }),
);
const jsonPlace: fc.Arbitrary<ComparePlace> = fc.record({
  kind: fc.constant('json'),
  path: fc.constantFrom('$', '$.id', '$.items[*].at', '$..nonce', "$['a as uuid'][?@.k == 'x matching /y/']", '$[-1]'),
});

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
const amount = fc.constantFrom(0.000001, 0.5, 1, 2.25, 5, 1000, 123456.789);
const range = fc.tuple(fc.nat(60), fc.nat(60), fc.constantFrom('both', 'min', 'max', 'none')).map(([a, b, ends]) => ({
  ...(ends === 'max' || ends === 'none' ? {} : { min: Math.min(a, b) }),
  ...(ends === 'min' || ends === 'none' ? {} : { max: Math.max(a, b) }),
}));

const textMatcher: fc.Arbitrary<CompareMatcher> = fc.oneof(
  fc.constant({ kind: 'ignore' } as const),
  fc.record({ kind: fc.constant('volatile'), class: fc.constantFrom('uuid', 'timestamp', 'any') }),
  fc.record({
    kind: fc.constant('regex'),
    pattern: fc.constantFrom('[A-Z]{3}', 'a b', '^a/b ignored$', 'x as uuid', 'y matching /z'),
    flags: fc.constantFrom('', 'i', 'ims'),
  }),
  fc.record({
    kind: fc.constant('tolerance'),
    by: fc.oneof(
      fc.record({ unit: fc.constantFrom('absolute', 'percent'), amount }),
      fc.record({ unit: fc.constant('ms'), amount: fc.integer({ min: 1, max: 200_000_000 }) }),
    ),
  }),
  range.map((ends) => ({ kind: 'length' as const, ...ends })),
);

const jsonMatcher: fc.Arbitrary<CompareMatcher> = fc.oneof(
  textMatcher,
  fc.constant({ kind: 'type' } as const),
  fc.constant({ kind: 'unordered' } as const),
  name.map((by) => ({ kind: 'unordered' as const, by })),
);

const scope = fc.record(
  {
    method: fc.constantFrom('*', 'GET', 'POST'),
    host: fc.constantFrom('api', 'api.test:8443'),
    path: fc.constantFrom(undefined, ['orders'], ['orders', '{id}', '**'], ['a:b']),
  },
  { requiredKeys: ['method', 'path'] },
);

/** Any rule that can be written, in its parsed form. */
export const someCompareRule: fc.Arbitrary<CompareRule> = fc.oneof(
  fc.record({ scope, place: jsonPlace, matcher: jsonMatcher }),
  fc.record({ scope, place: valuePlace, matcher: textMatcher }),
  fc.record({
    scope,
    place: fc.record({ kind: fc.constantFrom('status', 'body') }),
    matcher: fc.constant({ kind: 'ignore' } as const),
  }),
);
