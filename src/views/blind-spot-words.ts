import { formatShare, hiddenShare, type HiddenPast, type RuleBlindSpot } from '../model/blind-spot.ts';
import { formatCount } from './quantities.ts';

/** `it is about 23 answers: 46 of 512 fields loosened (4.5 %), 1.2 % of the cassette`. `allFields`: of the cassette. */
export function fieldWords({ rule, answers, touched, inScope }: RuleBlindSpot, allFields: number): string {
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

/** `it hides 554 past differences in 24 checks of 2 runs: 2 broken, 552 changed`. */
export function pastWords(past: HiddenPast): string {
  if (past.asked === 0) return 'no past run found a difference in these answers';
  if (past.differences === 0) return `it hides nothing of what ${formatCount(past.asked, 'past check')} found`;
  const bySeverity = Object.entries(past.bySeverity).flatMap(([severity, count]) =>
    count === 0 ? [] : [`${count} ${severity}`],
  );
  const where = `${formatCount(past.checks, 'check')} of ${formatCount(past.runs, 'run')}`;
  return `it hides ${formatCount(past.differences, 'past difference')} in ${where}: ${bySeverity.join(', ')}`;
}
