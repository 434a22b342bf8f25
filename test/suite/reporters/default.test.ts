import { describe, expect, test } from 'vitest';
import type { Difference } from '../../../src/model/verdict.ts';
import { formatSummary } from '../../../src/suite/reporters/default.ts';
import { blindSpot, check, difference, suiteResult } from '../../support/suite-result.ts';

const plain = { paint: (_style: string, text: string): string => text, detail: 'failing' } as const;

describe('the summary for people', () => {
  test('a run without changes is three lines', () => {
    expect(formatSummary([suiteResult([check(), check({ position: 1 })])], plain)).toBe(
      ['shop:session-1 against http://127.0.0.1:3000', '2 checks · 2 same  420 ms', 'passed, kept as run 7', ''].join(
        '\n',
      ),
    );
  });

  test('a failing check tells what changed and folds what is explained; what to do next comes last', () => {
    const explained = difference({ severity: 'equivalent', rule: 'renaming' });
    const failing = check({
      position: 3,
      verdict: 'broken',
      differences: [
        difference(),
        difference({ part: 'header', path: 'content-type', severity: 'broken', before: 'a', after: 'b' }),
        explained,
        { ...explained, rule: 'clock' },
      ],
    });
    const missing = check({ position: 4, verdict: 'missing', note: 'not sent: it needs json:/id', method: 'PUT' });
    const added = check({ position: 5, verdict: 'added', differences: [difference({ severity: 'added' })] });
    const result = suiteResult([check(), failing, missing, added], {}, { verdict: 'failed' });
    expect(formatSummary([result], plain)).toBe(`✗ broken  GET /items/7  shop:session-1/3
    ~ body /price 1999 → 2099
    ✗ header content-type a → b
    ≈ 2 explained (1 renaming, 1 clock)

? missing  PUT /items/7  shop:session-1/4
    not sent: it needs json:/id

shop:session-1 against http://127.0.0.1:3000
4 checks · 1 same · 1 added · 1 broken · 1 missing  420 ms
failed, kept as run 7
  review it   retake ui   (page /runs/7)
  accept it   retake accept --run 7
`);
  });

  test('equal changes are told once, with how often, before the checks they are in', () => {
    const price = (index: number, rest: Partial<Difference> = {}): Difference =>
      difference({ path: `/items/${index}/price`, pattern: '/items/*/price', ...rest });
    const checks = [
      check({ verdict: 'changed', differences: [price(0), price(1, { note: 'no longer the sum' })] }),
      check({ position: 1, verdict: 'broken', differences: [difference({ kind: 'type', severity: 'broken' })] }),
    ];
    const lines = formatSummary([suiteResult(checks)], plain).split('\n');
    expect(lines.slice(0, 6)).toEqual([
      'What differs, the worst first:',
      '✗ broken  GET /items/{id}  body /price 1999 → 2099  (1 change in 1 check)',
      '~ changed  GET /items/{id}  body /items/*/price 1999 → 2099  (2 changes in 1 check)',
      '    no longer the sum',
      '',
      '~ changed  GET /items/7  shop:session-1/0',
    ]);
    expect(lines).toContain('      no longer the sum');
  });

  test('what follows from another check is folded beneath it', () => {
    const cause = check({ verdict: 'changed', method: 'POST', differences: [difference()] });
    const followers = [1, 2, 3, 4, 5, 6, 7].map((position) =>
      check({ position, verdict: 'missing', note: 'not sent', cause: cause.address }),
    );
    const result = suiteResult([cause, ...followers], {}, { verdict: 'failed' });
    expect(formatSummary([result], plain)).toContain(`~ changed  POST /items/7  shop:session-1/0
    ~ body /price 1999 → 2099
    folded: 7 checks follow from shop:session-1/0
      ? missing  GET /items/7  shop:session-1/1
      ? missing  GET /items/7  shop:session-1/2
      ? missing  GET /items/7  shop:session-1/3
      ? missing  GET /items/7  shop:session-1/4
      ? missing  GET /items/7  shop:session-1/5
      … 2 more (--verbose shows all)

shop:session-1 against`);
    const all = formatSummary([result], { ...plain, detail: 'all' });
    expect(all).toContain(
      '? missing  GET /items/7  shop:session-1/7\n    follows from shop:session-1/0\n    not sent\n',
    );
  });

  test('what follows from a check that does not fail stands for itself', () => {
    const cause = check({ verdict: 'added', differences: [difference({ severity: 'added' })] });
    const follower = check({ position: 1, verdict: 'changed', cause: cause.address, differences: [difference()] });
    expect(formatSummary([suiteResult([cause, follower])], plain)).toMatch(/^~ changed {2}GET .*\n {4}follows from/);
  });

  test('the evidence of what is explained is told when everything is asked for', () => {
    const explained = difference({ severity: 'equivalent', rule: 'renaming', note: 'as in GET /items/7 /id' });
    const result = suiteResult([check({ verdict: 'changed', differences: [difference(), explained] })]);
    expect(formatSummary([result], plain)).not.toContain('as in GET');
    expect(formatSummary([result], { ...plain, detail: 'all' })).toContain(
      '      ≈ body /price 1999 → 2099: as in GET /items/7 /id\n',
    );
  });

  test('many failing checks with the same change are cut, and said how many', () => {
    const checks = Array.from({ length: 60 }, (_, position) =>
      check({ position, verdict: 'changed', differences: [difference()] }),
    );
    const text = formatSummary([suiteResult(checks)], plain);
    expect(text).toContain('(60 changes in 60 checks)');
    expect(text).toContain('… 10 more checks (--verbose shows all)');
    expect(text.match(/shop:session-1\/\d+$/gm)).toHaveLength(50);
  });

  test('additions are told when they fail the run, or when everything is asked for', () => {
    const result = suiteResult([check({ verdict: 'added', differences: [difference({ severity: 'added' })] })]);
    expect(formatSummary([result], plain)).not.toContain('body /price');
    expect(formatSummary([{ ...result, failOn: 'added' }], plain)).toContain('+ body /price');
    expect(formatSummary([result], { ...plain, detail: 'all' })).toContain('+ body /price');
  });

  test('a long list of differences is cut, and says by how much', () => {
    const differences = Array.from({ length: 23 }, (_, i) => difference({ path: `/${i}` }));
    const result = suiteResult([check({ verdict: 'changed', differences })]);
    expect(formatSummary([result], plain)).toContain('… 3 more differences (--verbose shows all)');
    expect(formatSummary([result], { ...plain, detail: 'all' })).toContain('body /22');
  });

  test('skipped, not run and supporting requests are never silent', () => {
    const skipped = { address: 'shop:session-1/9', method: 'GET', target: '/slow', reason: 'it was interrupted' };
    const text = formatSummary([suiteResult([check()], { skipped: [skipped], notRun: 4, supporting: 1 })], plain);
    expect(text).toContain('- skipped  GET /slow  shop:session-1/9\n    it was interrupted');
    expect(text).toContain('1 check · 1 same · 1 skipped · 4 not run · 1 supporting request sent');
  });

  test('a recording that does not hold everything is never silent', () => {
    const text = formatSummary([suiteResult([check()], { incomplete: 'the disk was full' })], plain);
    expect(text).toContain('- incomplete  shop:session-1 does not hold everything: the disk was full\n');
  });

  test('what rules hide is told against what they may', () => {
    const of = (most: number, rules = blindSpot.rules): string =>
      formatSummary([suiteResult([check()], { blindSpot: { ...blindSpot, most, rules } })], plain);
    expect(of(0.2)).toContain(
      '\n✗ blind spot  rules hide 25 % of 1,200 compared fields, more than 20 %: rule 7 20 %, config rule 1 5.0 %\n',
    );
    expect(of(0.3)).toContain(
      '\nblind spot: rules hide 25 % of 1,200 compared fields, 30 % are allowed: rule 7 20 %, ',
    );
    const many = Array.from({ length: 5 }, (_, i) => ({ name: `rule ${i}`, share: 0.05 }));
    expect(of(0.2, many)).toContain(': rule 0 5.0 %, rule 1 5.0 %, rule 2 5.0 % and 2 more\n');
    expect(of(0.2, [])).toContain(', more than 20 %\n');
  });

  test('recorded text cannot command the terminal', () => {
    const text = formatSummary(
      [
        suiteResult([
          check({ verdict: 'changed', target: '/\u001b[2J', differences: [difference({ after: '\u009b31m' })] }),
        ]),
      ],
      plain,
    );
    expect(text).not.toMatch(/[\u001b\u009b]/);
    expect(text).toContain('/\\u001b[2J');
  });
});
