import { type BlindSpots, formatShare, hiddenShare, type HiddenPast, type RuleBlindSpot } from '../model/blind-spot.ts';
import { describeDifference } from '../suite/suite-result.ts';
import { fieldWords, pastWords } from '../views/blind-spot-words.ts';
import { formatCount } from '../views/quantities.ts';
import { oneLine } from './exchange-text.ts';

/** What one rule hides, in indented lines: of the answers it is about, of the whole cassette, and of past runs. */
export function blindSpotLines(spot: RuleBlindSpot, { together }: BlindSpots): string[] {
  return [fieldWords(spot, together.fields), ...pastLines(spot.past)].map((line) => `  ${line}`);
}

/** What all rules hide together, and how much was looked at. */
export function togetherLine({ together, answers, rules }: BlindSpots): string {
  const { fields, ignored, loosened } = together;
  const all = rules.length === 1 ? 'the rule' : `all ${rules.length} rules together`;
  const looked = answers.looked < answers.of ? `, from ${answers.looked} of ${formatCount(answers.of, 'answer')}` : '';
  const share = formatShare(hiddenShare(together));
  return `${all}: ${share} of ${formatCount(fields, 'field')} (${ignored} ignored, ${loosened} loosened${looked})`;
}

function pastLines(past: HiddenPast): string[] {
  return [
    pastWords(past),
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
