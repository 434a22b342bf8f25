import { describe, expect, test } from 'vitest';
import { formatSummary } from '../../../src/suite/reporters/default.ts';
import { check, difference, suiteResult } from '../../support/suite-result.ts';

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
