import { type BlindSpots, formatShare, hiddenShare, type HiddenPast, type RuleBlindSpot } from '../model/blind-spot.ts';
import { describeDifference } from '../suite/suite-result.ts';
import { formatCount } from '../views/quantities.ts';
import { oneLine } from './exchange-text.ts';

/** What one rule hides, in indented lines: of the answers it is about, of the whole cassette, and of past runs. */
export function blindSpotLines(spot: RuleBlindSpot, { together }: BlindSpots): string[] {
  return [fieldLine(spot, together.fields), ...pastLines(spot.past)].map((line) => `  ${line}`);
}

/** What all rules hide together, and how much was looked at. */
export function togetherLine({ together, answers, rules }: BlindSpots): string {
  const { fields, ignored, loosened } = together;
  const all = rules.length === 1 ? 'the rule' : `all ${rules.length} rules together`;
  const looked = answers.looked < answers.of ? `, from ${answers.looked} of ${formatCount(answers.of, 'answer')}` : '';
  const share = formatShare(hiddenShare(together));
  return `${all}: ${share} of ${formatCount(fields, 'field')} (${ignored} ignored, ${loosened} loosened${looked})`;
}

/** `it is about 23 answers: 46 of 512 fields loosened (4.5 %), 1.2 % of the cassette`. */
function fieldLine({ rule, answers, touched, inScope }: RuleBlindSpot, allFields: number): string {
  const about = `it is about ${formatCount(answers, 'answer')}`;
  if (touched === 0) return `${about}, and none has what it speaks of`;
  const { fields, ignored, loosened } = inScope;
  if (ignored + loosened === 0) {
    const why =
      rule.matcher.kind === 'unordered' ? 'it hides the order of elements, and no field' : 'it hides no field';
    return `${about}: ${why}`;
  }
  const what = ignored > 0 ? `${ignored} of ${fields} fields ignored` : `${loosened} of ${fields} fields loosened`;
  const whole = formatShare(hiddenShare({ fields: allFields, ignored, loosened }));
  return `${about}: ${what} (${formatShare(hiddenShare(inScope))}), ${whole} of the cassette`;
}

function pastLines(past: HiddenPast): string[] {
  if (past.asked === 0) return ['no past run found a difference in these answers'];
  if (past.differences === 0) return [`it hides nothing of what ${formatCount(past.asked, 'past check')} found`];
  const bySeverity = Object.entries(past.bySeverity).flatMap(([severity, count]) =>
    count === 0 ? [] : [`${count} ${severity}`],
  );
  const where = `${formatCount(past.checks, 'check')} of ${formatCount(past.runs, 'run')}`;
  return [
    `it hides ${formatCount(past.differences, 'past difference')} in ${where}: ${bySeverity.join(', ')}`,
    ...past.samples.map(({ run, method, target, severity, difference }) => {
      const words = describeDifference({ ...difference, pattern: difference.path, severity });
      return `  ${severity}  run ${run}  ${oneLine(method)} ${oneLine(target)}  ${oneLine(words)}`;
    }),
  ];
}

/** One rule's blind spot for programs. */
export function blindSpotDocument({ name, answers, touched, inScope, past }: RuleBlindSpot): object {
  return { name, answers, touched, ...inScope, share: hiddenShare(inScope), past };
}

/** That of all rules together for programs. */
export function togetherDocument({ together, answers, checks }: BlindSpots): object {
  return { ...together, share: hiddenShare(together), answers, checks };
}
