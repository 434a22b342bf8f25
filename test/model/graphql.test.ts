import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readGraphql } from '../../src/model/graphql.ts';

const canonical = (text: string): string | undefined => readGraphql(text)?.canonical;

describe('GraphQL documents', () => {
  test('are read by their tokens', () => {
    const text = `
      # which orders
      query Orders($first: Int = 10, $by: [String!]) @cached {
        orders(first: $first, by: $by, note: "a, # b", at: -1.5e3) { ...Line, id }
      }
      fragment Line on Order { total }`;
    expect(readGraphql(text)).toEqual({
      canonical:
        'query Orders($first:Int=10$by:[String!])@cached{orders(first:$first by:$by note:"a, # b"at:-1.5e3){...Line id}}fragment Line on Order{total}'.replace(
          '"at',
          '" at',
        ),
      operations: [{ kind: 'query', name: 'Orders' }],
    });
  });

  test('know their operations', () => {
    expect(readGraphql('{a} mutation B {b} subscription C($x: I){c} query {d}')?.operations).toEqual([
      { kind: 'query' },
      { kind: 'mutation', name: 'B' },
      { kind: 'subscription', name: 'C' },
      { kind: 'query' },
    ]);
  });

  test('keep what stands in strings', () => {
    expect(canonical('{a(b:"""x  "y" \\""" z""")}')).toBe('{a(b:"""x  "y" \\""" z""")}');
    expect(canonical('{a(b:["" "a"])}')).toBe('{a(b:["" "a"])}');
    expect(canonical('{a(b:["""a"""])}')).toBe('{a(b:["""a"""])}');
    expect(canonical(String.raw`{a(b:"\"}{")}`)).toBe(String.raw`{a(b:"\"}{")}`);
  });

  test.each([
    '',
    '# only a comment',
    'the query',
    'query the orders {x}',
    'select * from orders',
    'select a from b',
    'status:open',
    '{a',
    '{a}}',
    '{a(b: 1}',
    '{a(b: ")}',
    '{a(b: """)}',
    'fragment F on T {a}',
    'type A {b: C}',
    '{}',
    '{a {}}',
    '{a: 1}',
    '{"a"}',
    '(a)',
    '{a(b: 01)}',
    '{"query": {"match": "x"}}',
    '{a ; b}',
  ])('are not: %s', (text) => {
    expect(readGraphql(text)).toBeUndefined();
  });

  const token = fc.constantFrom(
    'a',
    'b1',
    '1',
    '-2.5',
    '"s t"',
    '""',
    '"""b"""',
    '$v',
    '...',
    '@d',
    ':',
    '=',
    '!',
    '|',
    '&',
  );
  const gap = fc.constantFrom(' ', '\n', ',', '\t ', ' # note\n', '\uFEFF', ', ,');

  test('are equal whatever stands between tokens, and different when one token is', () => {
    fc.assert(
      fc.property(
        fc.array(token, { minLength: 1, maxLength: 8 }),
        fc.array(gap, { minLength: 10, maxLength: 10 }),
        fc.nat(),
        token,
        (tokens, gaps, at, other) => {
          const text = (list: readonly string[], between: (i: number) => string): string =>
            `{a(${list.map((word, i) => between(i) + word).join('')} ){b}}`;
          const plain = canonical(text(tokens, () => ' '));
          expect(plain).toBeDefined();
          expect(canonical(text(tokens, (i) => gaps[i]!))).toBe(plain);
          const changed = tokens.with(at % tokens.length, other);
          expect(canonical(text(changed, () => ' ')) === plain).toBe(changed.join('\0') === tokens.join('\0'));
        },
      ),
      { numRuns: 500 },
    );
  });
});
