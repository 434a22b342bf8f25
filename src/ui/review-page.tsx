import { visible } from '../base/log.ts';
import type { Check, Run } from '../model/run.ts';
import type { ReviewState } from '../review/fold.ts';
import { openDifferences } from '../views/difference-words.ts';
import { DiffGrid } from '../views/diff-grid.tsx';
import { EmptyState } from '../views/empty-state.tsx';
import { ErrorPanel } from '../views/error-panel.tsx';
import { HeaderDiff } from '../views/header-diff.tsx';
import { Icon } from '../views/icon.tsx';
import { failureWords, statusTone } from '../views/outcome-words.ts';
import { formatAge, formatCount, formatDuration } from '../views/quantities.ts';
import { verdictLook, VerdictBadge } from '../views/verdict-badge.tsx';
import { DecisionBar } from './decision-bar.tsx';
import { DecisionMark } from './decision-mark.tsx';
import { DifferenceList } from './difference-list.tsx';
import { exchangeUrl, reviewUrl, runUrl } from './links.ts';
import { type CheckView, responseOf } from './review-view.ts';
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
              {checks.map((each) => (
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
        <BothSides {...props} />
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

/** Beyond any number of rows: unfolds everything, up to what one page shows. */
const allRows = 1_000_000;

/** Status, headers and body of both sides. */
function BothSides(props: InViewProps) {
  const { run, check, view, difference } = props;
  const before = responseOf(view.baseline?.outcome);
  const after = responseOf(view.fresh?.outcome);
  const hasFolds = view.rows?.some(({ kind }) => kind === 'fold') ?? false;
  const unfoldUrl = ({ from, to }: { from: number; to: number }): string => {
    const query = new URLSearchParams({ check: String(check.id) });
    if (difference !== undefined) query.set('difference', difference);
    for (const range of [...props.expand, `${from}-${to}`]) query.append('expand', range);
    return `${reviewUrl(run.id)}?${query}`;
  };
  const statusDiffers = before?.status !== after?.status || check.differences.some(({ part }) => part === 'failure');
  return (
    <div id="review-view" class="both-sides">
      <div class="side-names">
        <span aria-hidden="true">Baseline</span>
        <span aria-hidden="true">Fresh</span>
        {hasFolds ? (
          <a href={unfoldUrl({ from: 0, to: allRows })} data-swap aria-keyshortcuts="e" title="Show all lines  e">
            Show all lines
          </a>
        ) : null}
      </div>
      <table class="status-row" aria-label="Status">
        <colgroup>
          <col class="name-column" />
          <col class="value-column" />
          <col />
        </colgroup>
        <tbody>
          <tr
            class={statusDiffers ? 'line changed' : 'line same'}
            data-difference={
              check.differences.find(({ part }) => part === 'status' || part === 'failure') && statusKey(check)
            }
          >
            <th scope="row">Status</th>
            <td class={view.baseline === undefined ? 'text baseline absent' : 'text baseline'}>
              <OutcomeWords outcome={view.baseline?.outcome} />
            </td>
            <td class={view.fresh === undefined ? 'text fresh absent' : 'text fresh'}>
              <OutcomeWords outcome={view.fresh?.outcome} />
            </td>
          </tr>
        </tbody>
      </table>
      {before && after ? (
        <HeaderDiff
          baseline={before.headers}
          fresh={after.headers}
          differences={check.differences.filter(({ part }) => part === 'header')}
          current={difference}
        />
      ) : null}
      {view.bodyProblem === undefined ? null : (
        <p class="notice warn">
          <Icon name="warning" />
          <span>{visible(view.bodyProblem)}</span>
        </p>
      )}
      {view.rows === undefined || view.rows.length === 0 ? null : (
        <DiffGrid rows={view.rows} label="body" unfoldUrl={unfoldUrl} current={difference} />
      )}
    </div>
  );
}

function statusKey(check: Check): string {
  const found = check.differences.find(({ part }) => part === 'status' || part === 'failure')!;
  return `${found.part}:${found.path}`;
}

function OutcomeWords({ outcome }: { readonly outcome: NonNullable<CheckView['fresh']>['outcome'] | undefined }) {
  if (outcome === undefined) return <span class="quiet">no response</span>;
  if (outcome.kind === 'failure') return <span class="tone-bad">{failureWords(outcome.code).short}</span>;
  return (
    <span class={`tone-${statusTone(outcome.status)}`}>
      {outcome.status} {visible(outcome.reason)}
    </span>
  );
}
