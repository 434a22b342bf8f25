import { visible } from '../base/log.ts';
import {
  type BlindSpots,
  type FieldCounts,
  formatShare,
  hiddenShare,
  type RuleBlindSpot,
} from '../model/blind-spot.ts';
import { fieldWords, pastWords } from '../views/blind-spot-words.ts';
import { differenceWords } from '../views/difference-words.ts';
import { formatCount } from '../views/quantities.ts';
import { VerdictBadge } from '../views/verdict-badge.tsx';
import { runUrl } from './links.ts';

export interface BlindSpotViewProps {
  readonly spots: BlindSpots;
  /** One of them. */
  readonly own: RuleBlindSpot;
  /** The run in view: what of it the rule hides is told apart. */
  readonly runId?: number;
}

/** What one rule hides: of the answers it is about, of the cassette, and of past runs, the worst of it first. */
export function BlindSpotView({ spots, own, runId }: BlindSpotViewProps) {
  const { past } = own;
  const here = past.perRun.find(({ run }) => run === runId);
  const { answers, checks, together, rules } = spots;
  return (
    <div class="blind-spot">
      {past.bySeverity.broken === 0 ? null : (
        <p class="tone-bad">
          It hides <strong>{formatCount(past.bySeverity.broken, 'past difference')} that would break clients</strong>.
        </p>
      )}
      <p class="blind-spot-line">
        <ShareBar counts={own.inScope} />
        <span>{sentence(fieldWords(own, together.fields))}</span>
      </p>
      <p>
        {sentence(pastWords(past))}
        {runId === undefined || past.differences === 0
          ? null
          : ` Of run ${runId}: ${here === undefined ? 'nothing.' : `${formatCount(here.differences, 'difference')}, ${here.broken} broken.`}`}
      </p>
      {past.samples.length === 0 ? null : (
        <ul class="blind-spot-samples">
          {past.samples.map(({ run, method, target, severity, difference }) => (
            <li>
              <VerdictBadge verdict={severity} />
              <a href={runUrl(run)}>run {run}</a>
              <span class="target">
                {visible(method)} {visible(target)}
              </span>
              <span class="target">{differenceWords({ ...difference, pattern: difference.path, severity })}</span>
            </li>
          ))}
          {past.differences > past.samples.length ? (
            <li class="quiet">… and {formatCount(past.differences - past.samples.length, 'more difference')}</li>
          ) : null}
        </ul>
      )}
      {rules.length < 2 ? null : (
        <p class="quiet">
          All {rules.length} rules together hide {formatShare(hiddenShare(together))} of the fields of the cassette.
        </p>
      )}
      {answers.looked === answers.of && checks.looked === checks.of ? null : <p class="quiet">{lookedWords(spots)}</p>}
    </div>
  );
}

/** Of many answers and checks some are looked at. */
export function lookedWords({ answers, checks }: Pick<BlindSpots, 'answers' | 'checks'>): string {
  return (
    `Looked at ${answers.looked.toLocaleString('en-US')} of ${formatCount(answers.of, 'answer')} ` +
    `and ${checks.looked.toLocaleString('en-US')} of ${formatCount(checks.of, 'past check')}.`
  );
}

/** Which share of fields is ignored, and which may change within limits. */
export function ShareBar({ counts }: { readonly counts: FieldCounts }) {
  const { fields, ignored, loosened } = counts;
  const percent = (count: number): number => (fields === 0 ? 0 : (100 * count) / fields);
  const words = `${formatShare(hiddenShare(counts))} hidden: ${ignored} ignored, ${loosened} loosened of ${fields}`;
  return (
    <svg
      class="share-bar"
      viewBox="0 0 100 6"
      width="72"
      height="6"
      preserveAspectRatio="none"
      role="img"
      aria-label={words}
    >
      <rect class="share-ignored" width={String(percent(ignored))} height="6" />
      <rect class="share-loosened" x={String(percent(ignored))} width={String(percent(loosened))} height="6" />
    </svg>
  );
}

function sentence(words: string): string {
  return `${words[0]!.toUpperCase()}${words.slice(1)}.`;
}
