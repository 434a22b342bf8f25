import { visible } from '../base/log.ts';
import type { Check, Run } from '../model/run.ts';
import { type ReviewState, differenceKey } from '../review/fold.ts';
import { EmptyState } from '../views/empty-state.tsx';
import { ErrorPanel } from '../views/error-panel.tsx';
import { Icon } from '../views/icon.tsx';
import { formatAge, formatCount, formatDuration } from '../views/quantities.ts';
import { VerdictBadge } from '../views/verdict-badge.tsx';
import { BothSides } from './both-sides.tsx';
import { CauseNotice } from './cause-notice.tsx';
import { DecisionBar } from './decision-bar.tsx';
import { DifferenceList } from './difference-list.tsx';
import { GroupHead } from './group-head.tsx';
import { cassetteRulesUrl, exchangeUrl, runUrl } from './links.ts';
import type { ReviewChoice } from './review-choice.ts';
import { ReviewList } from './review-list.tsx';
import type { CheckView } from './review-view.ts';
import { RunVerdict } from './run-row.tsx';

export interface ReviewPageProps {
  readonly run: Run;
  readonly cassette: string;
  /** All of the run. */
  readonly checks: readonly Check[];
  readonly state: ReviewState;
  readonly choice: ReviewChoice;
  readonly view: CheckView | undefined;
  /** Ranges unfolded so far, as in the URL. */
  readonly expand: readonly string[];
  /** What was just done, for a screen reader. */
  readonly done: string | undefined;
  /** Number of the rule that was just kept. */
  readonly keptRule: number | undefined;
  /** Where the run is made again; undefined where nobody can. */
  readonly runAgainUrl: string | undefined;
}

/** The review of a run: what is to be decided at the left, one check with both of its sides at the right. */
export function ReviewPage(props: ReviewPageProps) {
  const { run, state, choice, done } = props;
  const { check } = choice;
  const decided = state.accepted + state.rejected;
  const total = decided + state.undecided;
  return (
    <div id="review" class={check ? 'review' : 'review is-empty'}>
      <header
        class="review-head"
        data-announce={done ?? (props.keptRule === undefined ? undefined : `rule ${props.keptRule} is kept`)}
      >
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
          <ReviewList run={run} state={state} choice={choice} />
          <CheckInView {...props} check={check} view={props.view} />
        </div>
      )}
    </div>
  );
}

interface InViewProps extends ReviewPageProps {
  readonly check: Check;
  readonly view: CheckView;
}

function CheckInView(props: InViewProps) {
  const { run, check, view, state, cassette, choice } = props;
  const { group, difference } = choice;
  const review = state.checks.get(check.id);
  const latest = review?.latest;
  const rules = view.fresh && view.baseline ? 'offered' : 'none';
  const canAccept = view.fresh?.outcome.kind === 'response' && view.newerBaseline === undefined;
  return (
    <article class="check" aria-labelledby="check-title">
      {group === undefined ? null : <GroupHead runId={run.id} group={group} check={check} rules={rules} />}
      <header class="check-head">
        <h2 id="check-title" tabindex={-1}>
          <VerdictBadge verdict={check.verdict} /> <span class="method">{visible(check.method)}</span>{' '}
          <span class="target">{visible(check.target)}</span>
        </h2>
        <p class="facts">
          <a href={exchangeUrl({ cassette, session: run.session, position: check.position })}>recorded exchange</a>
          <span>baseline {check.baselineVersion === 1 ? 'is the recording' : `version ${check.baselineVersion}`}</span>
          <span>answered in {formatDuration(check.durationMs)}</span>
          {latest === undefined || review?.decision === 'undecided' ? null : (
            <span>
              {latest.decision} by {visible(latest.by)}, {formatAge(latest.at, Date.now())}
              {latest.note === undefined ? '' : `: “${visible(latest.note)}”`}
            </span>
          )}
        </p>
      </header>
      <div
        class="check-scroll"
        data-keep-scroll={`check-${group?.key ?? ''}-${check.id}`}
        tabindex={0}
        role="region"
        aria-label="Check in view"
      >
        <Notices {...props} />
        <DifferenceList
          check={check}
          review={review}
          current={difference}
          canDecide={canAccept && check.differences.length > 1}
          rules={rules}
          laterRules={view.laterRules ?? new Map()}
          cassette={cassette}
          cluster={group?.key}
          clusterNote={group?.cluster?.note}
          ofCluster={new Set(group?.items.find((item) => item.check.id === check.id)?.differences.map(differenceKey))}
        />
        <BothSides check={check} view={view} difference={difference} expand={props.expand} cluster={group?.key} />
      </div>
      <DecisionBar check={check} state={state} acceptable={canAccept ? 'yes' : 'no'} group={group} />
    </article>
  );
}

function Notices({ check, checks, view, cassette, keptRule, runAgainUrl }: InViewProps) {
  const later = new Set(view.laterRules?.values());
  return (
    <>
      {later.size === 0 && keptRule === undefined ? null : (
        <div class="notice info">
          <Icon name="rule" />
          <p>
            {keptRule === undefined ? null : `Rule ${keptRule} is kept. `}
            {later.size === 0
              ? 'Runs go by it from the next one on.'
              : `${formatCount(view.laterRules!.size, 'difference')} of this check will be explained from the next run on, by ${[...later].join(', ')}.`}{' '}
            <a href={cassetteRulesUrl(cassette)}>Rules</a>
            {runAgainUrl === undefined ? null : (
              <>
                {' · '}
                <a href={runAgainUrl}>Run again</a>
              </>
            )}
          </p>
        </div>
      )}
      <CauseNotice
        cause={checks.find(({ address }) => address === check.cause)}
        followers={checks.filter(({ cause }) => cause === check.address)}
      />
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
