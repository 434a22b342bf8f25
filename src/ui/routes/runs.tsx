import type { Hono } from 'hono';
import { visible } from '../../base/log.ts';
import type { Check, Run } from '../../model/run.ts';
import { foldReview, needsDecision, type ReviewState } from '../../review/fold.ts';
import { listFolded } from '../../review/folded-checks.ts';
import { groupDecision, reviewGroups } from '../../review/review-groups.ts';
import { CopyCommand } from '../../views/copy-command.tsx';
import { EmptyState } from '../../views/empty-state.tsx';
import { ErrorPanel } from '../../views/error-panel.tsx';
import { Icon } from '../../views/icon.tsx';
import { formatAge, formatCount, formatDateTime, formatDuration } from '../../views/quantities.ts';
import { CheckRow } from '../check-row.tsx';
import { GroupItem } from '../group-item.tsx';
import { cassetteRulesUrl, exchangeUrl, reviewUrl, runAgainUrl } from '../links.ts';
import { renderPage } from '../page.tsx';
import { wholeNumber } from '../request-values.ts';
import { Fact } from '../../views/fact.tsx';
import { CountStrip, RunRow, RunVerdict } from '../run-row.tsx';
import type { TestJob } from '../test-jobs.ts';
import { cassetteOfRun, readRun, readRuns, type UiContext } from '../ui-context.ts';

const runsShown = 200;
/** Rows of one list; a page of many thousand would take seconds to lay out. */
const checksShown = 500;
/** Clusters on the page of a run; the review has them all. */
const groupsShown = 8;

export function runRoutes(app: Hono, ui: UiContext): void {
  app.get('/runs', (c) => {
    const runs = readRuns(ui, (store) => store.runs(runsShown)) ?? [];
    return renderPage(
      c,
      ui,
      { title: 'Runs', section: 'runs' },
      <div data-refresh="runs">
        <div class="page-head">
          <h1>Runs</h1>
        </div>
        <section class="panel" id="runs" aria-label="Runs, newest first">
          {runs.length === 0 ? (
            <EmptyState title="No run yet">
              <p>A run sends a session’s requests to a new build and judges the answers.</p>
              <CopyCommand command="retake test checkout --target http://127.0.0.1:3000" />
            </EmptyState>
          ) : (
            <ul class="run-list" data-list="rows">
              {runs.map((run) => (
                <RunRow run={run} now={Date.now()} />
              ))}
            </ul>
          )}
        </section>
      </div>,
    );
  });

  // Where "go to the review" leads: that of the newest run.
  app.get('/review', (c) => {
    const latest = readRuns(ui, (store) => store.latestRun());
    return c.redirect(latest ? reviewUrl(latest.id) : '/runs', 303);
  });

  app.get('/runs/:id{[0-9]+}', (c) =>
    readRun(ui, wholeNumber(c.req.param('id')), (store, run) => {
      const checks = store.checks(run.id);
      const review = foldReview(store.reviewEvents(run.id), checks);
      return renderPage(
        c,
        ui,
        { title: `Run ${run.id}`, section: 'runs' },
        <div data-refresh="runs">
          <nav class="crumbs" aria-label="Where this is">
            <a href="/runs">Runs</a>
            <span>{run.id}</span>
          </nav>
          <RunPage ui={ui} run={run} checks={checks} review={review} job={ui.jobs?.job(run.id)} />
        </div>,
      );
    }),
  );
}

interface RunPageProps {
  readonly ui: UiContext;
  readonly run: Run;
  readonly checks: readonly Check[];
  readonly review: ReviewState;
  readonly job: TestJob | undefined;
}

function RunPage({ ui, run, checks, review, job }: RunPageProps) {
  const toDecide = checks.filter(needsDecision);
  const groups = reviewGroups(checks);
  const passed = checks.filter((check) => !needsDecision(check));
  const cassette = cassetteOfRun(ui, run).name;
  const addressOf = ({ position }: Check) => ({ cassette, session: run.session, position });
  return (
    <div id="run">
      <div class="page-head">
        <h1>
          Run {run.id} <RunVerdict run={run} />
        </h1>
        <div class="actions">
          <a class="button" href={cassetteRulesUrl(cassette)}>
            <Icon name="rule" />
            <span>Rules</span>
          </a>
          {ui.jobs && run.verdict !== undefined ? <RunAgain run={run} cassette={cassette} /> : null}
          {toDecide.length === 0 ? null : (
            <a class="button primary" href={reviewUrl(run.id)}>
              {review.undecided === 0 ? 'Finish the review' : `Review ${formatCount(review.undecided, 'check')}`}
            </a>
          )}
        </div>
      </div>
      {job?.problem === undefined ? null : (
        <ErrorPanel message={job.problem.message} hint={job.problem.hint} code={job.problem.code} />
      )}
      {run.verdict === undefined ? <Progress done={checks.length} total={job?.total} /> : null}
      <dl class="fact-list">
        <Fact name="Recording">
          <a href={`/traffic?${new URLSearchParams({ cassette, session: run.session })}`}>
            {visible(run.cassette)} / {visible(run.session)}
          </a>
        </Fact>
        <Fact name="Server tested">
          <code>{visible(run.target)}</code>
        </Fact>
        <Fact name="Started">
          <time datetime={new Date(run.startedAt).toISOString()} title={formatAge(run.startedAt, Date.now())}>
            {formatDateTime(run.startedAt)}
          </time>
        </Fact>
        {run.endedAt === undefined ? null : <Fact name="Took">{formatDuration(run.endedAt - run.startedAt)}</Fact>}
        {run.gitCommit === undefined ? null : (
          <Fact name="Commit">
            <code>{visible(run.gitCommit.slice(0, 10))}</code>
          </Fact>
        )}
        <Fact name="Checks">
          <CountStrip counts={run.counts} />
        </Fact>
      </dl>
      {toDecide.length === 0 ? null : (
        <section class="panel" aria-labelledby="to-decide">
          <header class="panel-head">
            <h2 id="to-decide">What differs</h2>
            <span class="quiet">
              {formatCount(groups.length, 'cluster')} in {formatCount(toDecide.length, 'check')}
            </span>
          </header>
          <ul class="group-rows" aria-label="Clusters, worst first">
            {groups.slice(0, groupsShown).map((group) => (
              <GroupItem runId={run.id} group={group} decision={groupDecision(group, review)} isCurrent={false} />
            ))}
          </ul>
          {groups.length <= groupsShown ? null : (
            <p class="panel-text">
              <a href={reviewUrl(run.id)}>… and {formatCount(groups.length - groupsShown, 'more cluster')}</a>
            </p>
          )}
          <ul class="check-rows" data-list="rows" aria-label="Checks that differ, worst first">
            {listFolded(toDecide)
              .slice(0, checksShown)
              .map(({ check, standing }) => (
                <CheckRow
                  check={check}
                  standing={standing}
                  decision={review.checks.get(check.id)?.decision}
                  href={reviewUrl(run.id, { check: check.id })}
                />
              ))}
          </ul>
          <MoreChecks count={toDecide.length - checksShown} />
        </section>
      )}
      {passed.length === 0 ? null : (
        <details class="panel" id="passed" open={toDecide.length === 0}>
          <summary class="panel-head">
            <h2>Same or explained</h2>
            <span class="quiet">{formatCount(passed.length, 'check')}</span>
          </summary>
          <ul class="check-rows" data-list="rows">
            {passed.slice(0, checksShown).map((check) => (
              <CheckRow
                check={check}
                standing="own"
                decision={undefined}
                href={
                  check.verdict === 'equivalent'
                    ? reviewUrl(run.id, { check: check.id })
                    : exchangeUrl(addressOf(check))
                }
              />
            ))}
          </ul>
          <MoreChecks count={passed.length - checksShown} />
        </details>
      )}
      {checks.length === 0 && run.verdict !== undefined ? <EmptyState title="This run has no checks" /> : null}
    </div>
  );
}

function MoreChecks({ count }: { readonly count: number }) {
  return count <= 0 ? null : <p class="panel-text quiet">{`… and ${formatCount(count, 'more check')}`}</p>;
}

function Progress({ done, total }: { readonly done: number; readonly total: number | undefined }) {
  return (
    <div class="run-progress" role="status" data-running>
      <progress value={total === undefined ? undefined : done} max={total} aria-label="Checks done"></progress>
      <span>{total === undefined ? formatCount(done, 'check') : `${done} of ${formatCount(total, 'check')}`}</span>
    </div>
  );
}

function RunAgain({ run, cassette }: { readonly run: Run; readonly cassette: string }) {
  return (
    <a class="button" href={runAgainUrl(cassette, run)}>
      <Icon name="play" />
      <span>Run again</span>
    </a>
  );
}
