import { isFailing } from '../model/verdict.ts';
import { mutationWords } from '../suite/strength/mutation.ts';
import type {
  EndpointStrength,
  StrengthResult,
  Survivor,
  Tally,
  UnfitAnswer,
} from '../suite/strength/strength-result.ts';
import { describeDifference } from '../suite/suite-result.ts';
import { formatCount, groupDigits } from '../views/quantities.ts';
import type { Paint } from './context.ts';
import { oneLine } from './exchange-text.ts';
import type { StrengthVerdict } from './strength-document.ts';

export interface StrengthSummaryOptions extends StrengthVerdict {
  readonly paint: Paint;
  readonly detail: 'weakest' | 'all';
}

/** Told without being asked for everything: a screenful. */
const toldEndpoints = 12;
const toldSurvivors = 5;

/** What a person reads: the weakest endpoints first with what passes there and why, then the kinds, then the score. */
export function strengthSummary(result: StrengthResult, options: StrengthSummaryOptions): string {
  const { paint, detail } = options;
  const weak = result.endpoints.filter(({ tried, caught }) => caught < tried || detail === 'all');
  const told = detail === 'all' ? weak : weak.slice(0, toldEndpoints);
  const lines = [
    ...result.unfit.flatMap((answer) => unfitLines(answer, paint)),
    ...told.flatMap((endpoint) => [...endpointLines(endpoint, options), '']),
  ];
  if (told.length < weak.length) {
    const more = formatCount(weak.length - told.length, 'more endpoint');
    lines.push(paint('dim', `… ${more} that let something pass (--verbose shows all)`), '');
  }
  lines.push(...kindLines(result, paint), '', ...closingLines(result, options));
  return `${lines.join('\n')}\n`;
}

function unfitLines({ address, method, target, verdict, differences }: UnfitAnswer, paint: Paint): string[] {
  const findings = differences.filter(({ severity }) => isFailing(severity, true));
  return [
    `${paint('red', '✗ unfit')}  ${oneLine(method)} ${oneLine(target)}  ${paint('dim', address)}`,
    `    as recorded it is judged ${verdict}: wrong answers in its place were not counted`,
    ...findings.slice(0, toldSurvivors).map((difference) => {
      const note = difference.note === undefined ? '' : ` (${difference.note})`;
      return `    ${oneLine(describeDifference(difference) + note)}`;
    }),
    '',
  ];
}

function endpointLines(endpoint: EndpointStrength, { paint, detail }: StrengthSummaryOptions): string[] {
  const { server, method, template, survivors } = endpoint;
  const name = [...(server === undefined ? [] : [server]), method, template].map(oneLine).join(' ');
  const told = detail === 'all' ? survivors : survivors.slice(0, toldSurvivors);
  const lines = [`${share(endpoint, paint)}  ${name}  ${paint('dim', waysWords(endpoint))}`];
  const width = Math.max(0, ...told.map(({ pattern }) => oneLine(pattern).length));
  for (const survivor of told) lines.push(survivorLine(survivor, { paint, width: Math.min(width, maxWidth) }));
  const rest = survivors.slice(told.length).reduce((sum, { count }) => sum + count, 0);
  if (rest > 0) lines.push(paint('dim', `          … ${groupDigits(rest)} more passed (--verbose shows all)`));
  return lines;
}

/** Longer patterns push the rest of their lines to the right. */
const maxWidth = 40;

function survivorLine(survivor: Survivor, { paint, width }: { readonly paint: Paint; readonly width: number }): string {
  const { pattern, reason, count, example } = survivor;
  const times = count === 1 ? '' : `  ${groupDigits(count)}×`;
  return `          ${oneLine(pattern).padEnd(width)}  ${paint('yellow', oneLine(reason))}${times}  ${paint('dim', example.address)}`;
}

function kindLines({ kinds }: StrengthResult, paint: Paint): string[] {
  return kinds
    .filter(({ tried }) => tried > 0)
    .map(
      ({ kind, ...tally }) =>
        `${share(tally, paint)}  ${kind.padEnd(9)}  ${paint('dim', `${mutationWords[kind]}: ${groupDigits(tally.ways)}`)}`,
    );
}

function closingLines(result: StrengthResult, { paint, min, passed }: StrengthSummaryOptions): string[] {
  const { cassette, session, tried, possible, seed, answers, skipped } = result;
  const chosen = tried < possible ? ` of ${groupDigits(possible)}, by seed ${seed}` : '';
  const looked = answers.looked < answers.of ? ` (${groupDigits(answers.looked)} of them looked at)` : '';
  const leftOut = `${formatCount(skipped.length, 'recording')} cannot be judged, and were left out`;
  const asked = min === undefined ? '' : `, ${min} % asked`;
  const word = passed ? (min === undefined ? [] : [paint('green', 'enough')]) : [paint('red', 'not enough')];
  return [
    `${paint('bold', `${cassette}:${session}`)}  ${formatCount(answers.of, 'answer')}${looked}, ${formatCount(tried, 'wrong one')} tried${chosen}`,
    ...(skipped.length > 0 ? [paint('yellow', leftOut)] : []),
    [`${paint('bold', percent(result))} caught of ${waysWords(result)}${asked}`, ...word].join(': '),
  ];
}

function waysWords({ ways }: Tally): string {
  return `${groupDigits(ways)} ${ways === 1 ? 'way' : 'ways'} to be wrong`;
}

function share(tally: Tally, paint: Paint): string {
  return paint(tally.strength === 1 ? 'green' : 'yellow', percent(tally).padStart(8));
}

/** Never rounded up to all. */
function percent({ strength }: Tally): string {
  return strength === 1 ? '100 %' : `${(Math.floor(strength * 1000) / 10).toFixed(1)} %`;
}
