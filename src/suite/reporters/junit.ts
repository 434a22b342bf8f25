import type { Check } from '../../model/run.ts';
import { isOverBudget } from '../../model/blind-spot.ts';
import {
  type SuiteResult,
  checkFails,
  describeBlindSpot,
  describeDifference,
  splitDifferences,
} from '../suite-result.ts';

/**
 * JUnit XML as CI systems read it: one `testsuite` per run, one `testcase` per check, `failure` for a response that
 * is not as it was, `error` where there was none to judge, `skipped` for recordings that cannot be judged.
 */
export function formatJunit(results: readonly SuiteResult[]): string {
  const suites = results.map(formatSuite);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="retake">\n${suites.join('')}</testsuites>\n`;
}

function formatSuite(result: SuiteResult): string {
  const { run, checks, skipped } = result;
  const failing = checks.filter((check) => checkFails(check, result.failOn));
  const overBudget = formatBlindSpot(result);
  const errors = failing.filter(({ verdict }) => hasNoResponse(verdict)).length;
  const attributes = formatAttributes({
    name: `${run.cassette}:${run.session}`,
    tests: checks.length + skipped.length + overBudget.length,
    failures: failing.length - errors + overBudget.length,
    errors,
    skipped: skipped.length,
    time: seconds((run.endedAt ?? run.startedAt) - run.startedAt),
    timestamp: new Date(run.startedAt).toISOString().slice(0, 19),
  });
  const properties = [
    ['target', run.target],
    ['run', String(run.id)],
    ['verdict', run.verdict ?? 'interrupted'],
  ].map(([name, value]) => `      <property${formatAttributes({ name: name!, value: value! })}/>\n`);
  const cases = [
    ...checks.map((check) => formatCase(check, result)),
    ...overBudget,
    ...skipped.map(({ address, method, target, reason }) =>
      element('testcase', caseAttributes({ address, method, target, durationMs: 0 }), [
        `<skipped${formatAttributes({ message: reason })}/>`,
      ]),
    ),
  ];
  return `  <testsuite${attributes}>\n    <properties>\n${properties.join('')}    </properties>\n${cases.join('')}  </testsuite>\n`;
}

/** A case of its own: that the run fails must be seen where only failing cases are looked at. */
function formatBlindSpot({ run, blindSpot }: SuiteResult): string[] {
  if (!blindSpot || !isOverBudget(blindSpot)) return [];
  const attributes = formatAttributes({
    name: 'blind spot',
    classname: `${run.cassette}:${run.session}`,
    time: seconds(0),
  });
  const message = formatAttributes({ message: describeBlindSpot(blindSpot), type: 'blind spot' });
  return [element('testcase', attributes, [`<failure${message}/>`])];
}

const hasNoResponse = (verdict: Check['verdict']): boolean => verdict === 'failed' || verdict === 'missing';

function caseAttributes(check: Pick<Check, 'address' | 'method' | 'target' | 'durationMs'>): string {
  return formatAttributes({
    name: `${check.method} ${check.target}`,
    // CI systems group by class name; the address makes cases with equal requests distinct.
    classname: check.address,
    time: seconds(check.durationMs),
  });
}

function formatCase(check: Check, { failOn }: SuiteResult): string {
  if (!checkFails(check, failOn)) return element('testcase', caseAttributes(check), []);
  const { told } = splitDifferences(check.differences);
  const details = [...(check.note === undefined ? [] : [check.note]), ...told.map(describeDifference)];
  const more = details.length > 1 ? ` (and ${details.length - 1} more)` : '';
  const follows = check.cause === undefined ? [] : [`follows from ${check.cause}`];
  const message = [`${check.verdict}: ${details[0] ?? 'no details'}${more}`, ...follows].join('; ');
  const notes = told.flatMap((one) => (one.note === undefined ? [] : [`${one.part} ${one.path}: ${one.note}`]));
  const lines = [...details, ...notes, ...follows];
  const tag = hasNoResponse(check.verdict) ? 'error' : 'failure';
  const attributes = formatAttributes({ message, type: check.verdict });
  return element('testcase', caseAttributes(check), [`<${tag}${attributes}>${escapeXml(lines.join('\n'))}</${tag}>`]);
}

function element(name: string, attributes: string, children: readonly string[]): string {
  if (children.length === 0) return `    <${name}${attributes}/>\n`;
  return `    <${name}${attributes}>\n${children.map((child) => `      ${child}\n`).join('')}    </${name}>\n`;
}

function formatAttributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`)
    .join('');
}

const seconds = (durationMs: number): string => (durationMs / 1000).toFixed(3);

/** Everything XML 1.0 §2.2 does not allow at all, not even escaped, lone surrogates included. */
const notInXml =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#13;',
};

function escapeXml(text: string): string {
  return text.replace(notInXml, '').replace(/[&<>"'\r]/g, (character) => entities[character]!);
}
