import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatJunit } from '../../../src/suite/reporters/junit.ts';
import { blindSpot, check, difference, suiteResult } from '../../support/suite-result.ts';

/** Python's expat, as strict a reader as CI systems use. Throws when the text is not well-formed. */
function parseXml(text: string): string {
  const script = `
import sys, json, xml.etree.ElementTree as E
def dump(e): return [e.tag, dict(e.attrib), (e.text or '').strip(), [dump(c) for c in e]]
print(json.dumps(dump(E.fromstring(sys.stdin.buffer.read()))))`;
  return execFileSync('python3', ['-c', script], { input: text, encoding: 'utf8' });
}

type XmlElement = [tag: string, attributes: Record<string, string>, text: string, children: XmlElement[]];

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('JUnit XML', () => {
  test('a passing, a changed, a missing and a skipped check are cases of one suite', () => {
    const text = formatJunit([
      suiteResult(
        [
          check(),
          check({ position: 1, verdict: 'changed', differences: [difference(), difference({ path: '/name' })] }),
          check({ position: 2, verdict: 'missing', note: 'not sent' }),
        ],
        { skipped: [{ address: 'shop:session-1/3', method: 'GET', target: '/slow', reason: 'interrupted' }] },
        { verdict: 'failed' },
      ),
    ]);
    expect(text).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="retake">
  <testsuite name="shop:session-1" tests="4" failures="1" errors="1" skipped="1" time="0.420" timestamp="2025-01-15T10:00:00">
    <properties>
      <property name="target" value="http://127.0.0.1:3000"/>
      <property name="run" value="7"/>
      <property name="verdict" value="failed"/>
    </properties>
    <testcase name="GET /items/7" classname="shop:session-1/0" time="0.013"/>
    <testcase name="GET /items/7" classname="shop:session-1/1" time="0.013">
      <failure message="changed: body /price 1999 → 2099 (and 1 more)" type="changed">body /price 1999 → 2099
body /name 1999 → 2099</failure>
    </testcase>
    <testcase name="GET /items/7" classname="shop:session-1/2" time="0.013">
      <error message="missing: not sent" type="missing">not sent</error>
    </testcase>
    <testcase name="GET /slow" classname="shop:session-1/3" time="0.000">
      <skipped message="interrupted"/>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  test('what follows from another check says so, and notes are kept', () => {
    const cause = check({ verdict: 'changed', differences: [difference({ note: 'order 7 carries customer 9' })] });
    const follower = check({ position: 1, verdict: 'missing', note: 'not sent', cause: cause.address });
    const text = formatJunit([suiteResult([cause, follower])]);
    expect(text).toContain('type="changed">body /price 1999 → 2099\nbody /price: order 7 carries customer 9</failure>');
    expect(text).toContain('<error message="missing: not sent; follows from shop:session-1/0"');
  });

  test('additions fail when the run says so', () => {
    const added = check({ verdict: 'added', differences: [difference({ severity: 'added' })] });
    expect(formatJunit([suiteResult([added])])).not.toContain('<failure');
    expect(formatJunit([suiteResult([added], { failOn: 'added' })])).toContain('<failure');
  });

  test.skipIf(!hasPython)('is well-formed and keeps the words, whatever was recorded (checked by python3)', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 40 });
    const texts = fc.sample(hostile, { numRuns: 200, seed: 5 });
    const nasty = [
      '\u0000<a>&"\'',
      ']]>',
      '\ud800',
      '\udc00x',
      '\ufffe',
      '\u001b[31m',
      'line\r\nbreak',
      '😀',
      ...texts,
    ];
    const checks = nasty.map((after, position) =>
      check({ position, verdict: 'changed', target: `/${after}`, differences: [difference({ after })] }),
    );
    const suites = JSON.parse(parseXml(formatJunit([suiteResult(checks)]))) as XmlElement;
    expect(suites[0]).toBe('testsuites');
    const cases = suites[3][0]![3].slice(1);
    expect(cases).toHaveLength(nasty.length);
    expect(cases[0]?.[1]['name']).toBe('GET /<a>&"\'');
    expect(cases[6]?.[1]['name']).toBe('GET /line\r\nbreak');
    expect(cases[7]?.[1]['name']).toBe('GET /😀');
  });

  test('rules that hide more than they may are a failing case of their own', () => {
    const of = (most: number): string =>
      formatJunit([suiteResult([check()], { blindSpot: { ...blindSpot, most } }, { verdict: 'failed' })]);
    expect(of(0.2)).toContain('tests="2" failures="1" errors="0"');
    expect(of(0.2)).toContain(`    <testcase name="blind spot" classname="shop:session-1" time="0.000">
      <failure message="rules hide 25 % of 1,200 compared fields, more than 20 %: rule 7 20 %, config rule 1 5.0 %" type="blind spot"/>
    </testcase>
`);
    expect(of(0.3)).toContain('tests="1" failures="0"');
  });
});
