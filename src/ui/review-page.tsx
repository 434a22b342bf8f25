import { visible } from '../base/log.ts';
import type { Check, Run } from '../model/run.ts';
import type { ReviewState } from '../review/fold.ts';
import { openDifferences } from '../views/difference-words.ts';
import { EmptyState } from '../views/empty-state.tsx';
import { ErrorPanel } from '../views/error-panel.tsx';
import { Icon } from '../views/icon.tsx';
import { formatAge, formatCount, formatDuration } from '../views/quantities.ts';
import { verdictLook, VerdictBadge } from '../views/verdict-badge.tsx';
import { BothSides } from './both-sides.tsx';
import { DecisionBar } from './decision-bar.tsx';
import { DecisionMark } from './decision-mark.tsx';
import { DifferenceList } from './difference-list.tsx';
import { exchangeUrl, reviewUrl, runUrl } from './links.ts';
import type { CheckView } from './review-view.ts';
import { RunVerdict } from './run-row.tsx';

export interface ReviewPageProps {
  readonly run: Run;
  readonly cassette: string;
  /** Checks to decide, worst first, and the one in view even when it is none of them. */
  readonly checks: readonly Check[];
  readonly state: ReviewState;
  readonly check: Check | undefined;
  readonly view: CheckView | undefined;
  /** The difference in focus, as `part:path`. */
  readonly difference: string | undefined;
  /** Ranges unfolded so far, as in the URL. */
  readonly expand: readonly string[];
  /** What was just done, for a screen reader. */
  readonly done: string | undefined;
}

/** The review of a run: what is to be decided at the left, one check with both of its sides at the right. */
export function ReviewPage(props: ReviewPageProps) {
  const { run, state, checks, check, done } = props;
  const decided = state.accepted + state.rejected;
  const total = decided + state.undecided;
  return (
    <div id="review" class={check ? 'review' : 'review is-empty'}>
      <header class="review-head" data-announce={done}>
        <nav class="crumbs" aria-label="Where this is">
          <a href="/runs">Runs</a>
          <a href={runUrl(run.id)}>{run.id}</a>
          <span>Review</span>
        </nav>
        <h1 class="visually-hidden">Review of run {run.id}</h1>
        <RunVerdict run={run} />
        <span class="quiet review-name">
          {visible(run.cassette)} / {visible(run.session)} → {visible(run.target)}
        </span>
        <div class="review-progress">
          <progress value={decided} max={Math.max(1, total)} aria-label="Checks decided"></progress>
          <span>
            {decided} of {total} decided
          </span>
        </div>
        <a
          class={state.undecided === 0 && total > 0 ? 'button primary' : 'button'}
          href={`${runUrl(run.id)}/review/finish`}
          aria-keyshortcuts="f"
          title="Finish the review  f"
        >
          Finish{decided === 0 ? '' : ` (${decided})`}
        </a>
      </header>
      {check === undefined || props.view === undefined ? (
        <EmptyState title="Nothing to decide">
          <p>Every response of this run is the same as its baseline, or its differences are explained.</p>
          <a class="button" href={runUrl(run.id)}>
            Back to the run
          </a>
        </EmptyState>
      ) : (
        <div class="review-body">
          <nav class="check-list" aria-label="Checks to decide" data-keep-scroll="checks">
            <ul>
              {around(checks, check).map((each) => (
                <CheckItem {...props} each={each} />
              ))}
            </ul>
          </nav>
          <CheckInView {...props} check={check} view={props.view} />
        </div>
      )}
    </div>
  );
}

/** Checks listed at once; of more, those around the one in view. */
const maxListed = 400;

function around(checks: readonly Check[], check: Check): readonly Check[] {
  const at = checks.findIndex(({ id }) => id === check.id);
  const from = Math.max(0, Math.min(at - maxListed / 2, checks.length - maxListed));
  return checks.slice(from, from + maxListed);
}

function CheckItem({ each, check, state }: ReviewPageProps & { readonly each: Check }) {
  const decision = state.checks.get(each.id)?.decision;
  const { glyph, tone } = verdictLook(each.verdict);
  const open = openDifferences(each).length;
  return (
    <li>
      <a
        href={reviewUrl(each.runId, each.id)}
        data-swap
        aria-current={each.id === check?.id ? 'true' : undefined}
        class={decision === undefined || decision === 'undecided' ? 'check-item' : 'check-item decided'}
      >
        <span class={`glyph tone-${tone}`} aria-hidden="true">
          {glyph}
        </span>
        <span class="check-words">
          <span class="check-line">
            <span class="method">{visible(each.method)}</span> <span class="target">{visible(each.target)}</span>
          </span>
          <span class="quiet">
            {each.verdict}
            {open === 0 ? '' : ` · ${formatCount(open, 'difference')}`}
          </span>
        </span>
        {decision === undefined || decision === 'undecided' ? null : <DecisionMark decision={decision} />}
      </a>
    </li>
  );
}

interface InViewProps extends ReviewPageProps {
  readonly check: Check;
  readonly view: CheckView;
}

function CheckInView(props: InViewProps) {
  const { run, check, view, state, cassette } = props;
  const review = state.checks.get(check.id);
  const latest = review?.latest;
  const canAccept = view.fresh?.outcome.kind === 'response' && view.newerBaseline === undefined;
  return (
    <article class="check" aria-labelledby="check-title">
      <div
        class="check-scroll"
        data-keep-scroll={`check-${check.id}`}
        tabindex={0}
        role="region"
        aria-label="Check in view"
      >
        <header class="check-head">
          <h2 id="check-title" tabindex={-1}>
            <VerdictBadge verdict={check.verdict} /> <span class="method">{visible(check.method)}</span>{' '}
            <span class="target">{visible(check.target)}</span>
          </h2>
          <p class="facts">
            <a href={exchangeUrl({ cassette, session: run.session, position: check.position })}>recorded exchange</a>
            <span>
              baseline {check.baselineVersion === 1 ? 'is the recording' : `version ${check.baselineVersion}`}
            </span>
            <span>answered in {formatDuration(check.durationMs)}</span>
            {latest === undefined || review?.decision === 'undecided' ? null : (
              <span>
                {latest.decision} by {visible(latest.by)}, {formatAge(latest.at, Date.now())}
                {latest.note === undefined ? '' : `: “${visible(latest.note)}”`}
              </span>
            )}
          </p>
        </header>
        <Notices {...props} />
        <DifferenceList
          check={check}
          review={review}
          current={props.difference}
          canDecide={canAccept && check.differences.length > 1}
        />
        <BothSides check={check} view={view} difference={props.difference} expand={props.expand} />
      </div>
      <DecisionBar check={check} state={state} acceptable={canAccept ? 'yes' : 'no'} />
    </article>
  );
}

function Notices({ check, view }: InViewProps) {
  return (
    <>
      {view.problem === undefined ? null : (
        <ErrorPanel message={view.problem.message} hint={view.problem.hint} code={view.problem.code} />
      )}
      {check.note === undefined ? null : <ErrorPanel message={check.note} />}
      {view.newerBaseline === undefined ? null : (
        <div class="notice warn">
          <Icon name="warning" />
          <p>
            The baseline has moved on to version {view.newerBaseline} since this run. Run the tests again to judge
            against it.
          </p>
        </div>
      )}
    </>
  );
}
