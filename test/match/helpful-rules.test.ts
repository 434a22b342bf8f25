import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KeyedRequest } from '../../src/match/canonical-request.ts';
import { describeDifferences } from '../../src/match/describe-differences.ts';
import { helpfulRules } from '../../src/match/helpful-rules.ts';
import { missCause } from '../../src/match/miss-cause.ts';
import { requestKey } from '../../src/match/request-key.ts';
import { splitTarget } from '../../src/match/canonical-request.ts';
import { compileMatchRules } from '../../src/model/match-rule-set.ts';
import { matchRules } from '../support/match-rules.ts';

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('%', '%2', "it's", 'a b', '$', '*'),
);
const target = fc
  .tuple(fc.array(oddText, { maxLength: 3 }), fc.array(fc.tuple(oddText, oddText), { maxLength: 3 }))
  .map(([segments, pairs]) => {
    const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
    const query = pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
    return `/${segments.map(encode).join('/')}${query === '' ? '' : `?${query}`}`;
  });
const body = fc.oneof(
  fc.constant(undefined),
  fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
);
const type = fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/xml', 'text/plain');
const request: fc.Arbitrary<KeyedRequest> = fc.record({
  targetName: fc.constant('default'),
  method: fc.constantFrom('GET', 'POST'),
  target,
  headers: type.map((value) => ['Content-Type', value]),
  body,
});

const always = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

test('whatever came in is explained, and every proposed rule makes it match', () => {
  fc.assert(
    fc.property(request, request, (recorded, incoming) => {
      const described = describeDifferences(recorded, incoming, { masks: [] });
      const cause = missCause({
        recorded,
        incoming,
        described,
        recording: always,
        run: always,
        issuerOf: () => undefined,
        ruleOf: () => undefined,
      });
      expect(cause?.words).not.toBe('');
      const lines = helpfulRules({
        incoming,
        recorded,
        described,
        rules: [],
        others: [recorded],
        masksOf: () => [],
        isIssued: () => false,
      });
      if (lines.length === 0) return;
      const set = compileMatchRules(matchRules(...lines));
      const keyOf = (one: KeyedRequest): string => {
        const { path } = splitTarget(one.target);
        return requestKey(one, [], set.rulesFor({ method: one.method, path, server: one.targetName })).key;
      };
      expect(keyOf(incoming)).toBe(keyOf(recorded));
    }),
    { numRuns: 500 },
  );
});
