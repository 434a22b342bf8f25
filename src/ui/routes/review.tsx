import type { Context, Hono } from 'hono';
import { AppError } from '../../base/errors.ts';
import type { ReviewEvent } from '../../model/run.ts';
import { finishReview } from '../../review/finish.ts';
import { differenceKey, foldReview, needsDecision } from '../../review/fold.ts';
import { listFolded } from '../../review/folded-checks.ts';
import { type ReviewGroup, groupTargets, reviewGroups } from '../../review/review-groups.ts';
import type { RunStore } from '../../store/run-store.ts';
import { FinishPage } from '../finish-page.tsx';
import { reviewUrl, runAgainUrl } from '../links.ts';
import { renderPage } from '../page.tsx';
import { textField, wholeNumber } from '../request-values.ts';
import { chooseInReview, nextOpenCheck, nextOpenGroup, nextOpenItem } from '../review-choice.ts';
import { ReviewPage } from '../review-page.tsx';
import { checkView } from '../review-view.ts';
import { cassetteOfRun, readRun, type UiContext } from '../ui-context.ts';

const maxNoteChars = 2000;
/** Folds opened one by one in a URL; "show all" is one range. */
const maxExpanded = 50;

export function reviewRoutes(app: Hono, ui: UiContext): void {
  const runIdOf = (c: Context): number | undefined => wholeNumber(c.req.param('id'));

  app.get('/runs/:id{[0-9]+}/review', (c) =>
    readRun(ui, runIdOf(c), (store, run) => {
      const checks = store.checks(run.id);
      const state = foldReview(store.reviewEvents(run.id), checks);
      const choice = chooseInReview(checks, state, {
        list: c.req.query('list'),
        cluster: c.req.query('cluster'),
        check: wholeNumber(c.req.query('check')),
        difference: c.req.query('difference'),
      });
      const { check } = choice;
      const cassette = cassetteOfRun(ui, run);
      const expand = (c.req.queries('expand') ?? []).slice(0, maxExpanded);
      const ranges = expand.flatMap((text) => {
        const [from, to] = text.split('-').map(wholeNumber);
        return from === undefined || to === undefined ? [] : [{ from, to }];
      });
      return renderPage(
        c,
        ui,
        { title: `Review of run ${run.id}`, section: 'review', width: 'wide' },
        <ReviewPage
          run={run}
          cassette={cassette.name}
          checks={checks}
          state={state}
          choice={choice}
          view={check && checkView({ cassette, run, check, store, expand: ranges })}
          expand={expand}
          done={c.req.query('done')}
          keptRule={wholeNumber(c.req.query('kept'))}
          runAgainUrl={ui.jobs && runAgainUrl(cassette.name, run)}
        />,
      );
    }),
  );

  app.post('/runs/:id{[0-9]+}/review', async (c) => {
    const decision = parseDecision(await c.req.parseBody());
    const target = readRun(ui, runIdOf(c), (store, run) => {
      const event = { runId: run.id, author: ui.options.author, at: Date.now() };
      return decision.action === 'undo' ? takeBack(store, decision, event) : decide(store, decision, event);
    });
    ui.hub.publish({ kind: 'runs' });
    return c.redirect(target, 303);
  });

  app.get('/runs/:id{[0-9]+}/review/finish', (c) =>
    readRun(ui, runIdOf(c), (store, run) => {
      const checks = store.checks(run.id);
      const state = foldReview(store.reviewEvents(run.id), checks);
      return renderPage(
        c,
        ui,
        { title: `Finish the review of run ${run.id}`, section: 'review' },
        <FinishPage run={run} checks={checks} state={state} finished={undefined} />,
      );
    }),
  );

  app.post('/runs/:id{[0-9]+}/review/finish', (c) =>
    readRun(ui, runIdOf(c), (store, run) => {
      const finished = finishReview({ runStore: store, runId: run.id, now: Date.now() });
      const checks = store.checks(run.id);
      const state = foldReview(store.reviewEvents(run.id), checks);
      return renderPage(
        c,
        ui,
        { title: `Review of run ${run.id} finished`, section: 'review' },
        <FinishPage run={run} checks={checks} state={state} finished={finished} />,
      );
    }),
  );
}

type Form = Awaited<ReturnType<Context['req']['parseBody']>>;

interface ParsedDecision {
  readonly action: 'accept' | 'reject' | 'undo';
  /** `cluster`: all of the group named, whatever check is in view. */
  readonly reach: 'check' | 'cluster';
  readonly check: number | undefined;
  /** Key of the group in view, if its list is. */
  readonly cluster: string | undefined;
  readonly difference: string | undefined;
  readonly note: string | undefined;
  readonly undoes: number | undefined;
}

/** What every event of a decision says. */
interface EventParts {
  readonly runId: number;
  readonly author: string;
  readonly at: number;
}

function parseDecision(form: Form): ParsedDecision {
  const [, action, reach] = /^(accept|reject|undo)(-cluster)?$/.exec(textField(form, 'action') ?? '') ?? [];
  const note = textField(form, 'note')?.trim().slice(0, maxNoteChars);
  if (action === undefined) throw noDecision();
  return {
    action: action as ParsedDecision['action'],
    reach: reach === undefined ? 'check' : 'cluster',
    check: wholeNumber(textField(form, 'check')),
    cluster: textField(form, 'cluster'),
    difference: textField(form, 'difference'),
    note: note === '' ? undefined : note,
    undoes: wholeNumber(textField(form, 'undoes')),
  };
}

function noDecision(): AppError {
  return new AppError('USAGE', { problem: 'this is no decision on a check of the run', hint: 'load the page again' });
}

/** Returns where to go: to what was taken back. */
function takeBack(store: RunStore, { check, cluster, undoes }: ParsedDecision, event: EventParts): string {
  const { runId } = event;
  const undone = store.reviewEvents(runId).find(({ id }) => id === undoes);
  if (!undone) return reviewUrl(runId, { cluster, check });
  store.addReviewEvent({ ...event, checkId: undone.checkId, action: 'undo', undoes: undone.id });
  const group = groupWith(reviewGroups(store.checks(runId)), undone, cluster);
  return `${reviewUrl(runId, { cluster: group?.key, check: undone.checkId })}&done=taken+back`;
}

/** Among clusters we stay among clusters: with the one in view if it has the check, else with one that has. */
function groupWith(
  groups: readonly ReviewGroup[],
  { checkId, difference }: ReviewEvent,
  key: string | undefined,
): ReviewGroup | undefined {
  if (key === undefined) return undefined;
  const having = groups.filter(({ items }) =>
    items.some(
      ({ check, differences }) =>
        check.id === checkId &&
        (difference === undefined || differences.some((one) => differenceKey(one) === difference)),
    ),
  );
  return having.find((group) => group.key === key) ?? having[0];
}

/** Returns where to go: on to the next open one, of the cluster, else of the list. */
function decide(store: RunStore, decision: ParsedDecision, event: EventParts): string {
  const { runId } = event;
  const { action, difference, note } = decision;
  const checks = store.checks(runId);
  const groups = reviewGroups(checks);
  const group = groups.find(({ key }) => key === decision.cluster);
  const check = checks.find(({ id }) => id === decision.check);
  const parts = { ...event, action, ...(note === undefined ? {} : { note }) } as const;
  if (decision.reach === 'cluster') {
    if (!group || (action === 'accept' && !group.cluster)) throw noDecision();
    store.addReviewEvents(groupTargets(group).map((target) => ({ ...parts, ...target })));
  } else {
    if (!check) throw noDecision();
    store.addReviewEvent({ ...parts, checkId: check.id, ...(difference === undefined ? {} : { difference }) });
  }
  const done = `done=${action}ed`;
  if (decision.reach === 'check' && difference !== undefined) {
    return `${reviewUrl(runId, { cluster: group?.key, check: check?.id, difference })}&${done}`;
  }
  const state = foldReview(store.reviewEvents(runId), checks);
  if (!group) {
    const listed = listFolded(checks.filter(needsDecision)).map((one) => one.check);
    const open = nextOpenCheck(listed, state, check?.id);
    return `${reviewUrl(runId, { check: (open ?? check)?.id })}&${done}`;
  }
  const item = nextOpenItem(group, state, check?.id);
  if (item) return `${reviewUrl(runId, { cluster: group.key, check: item.check.id })}&${done}`;
  const next = nextOpenGroup(groups, state, group.key) ?? group;
  return `${reviewUrl(runId, { cluster: next.key })}&${done}`;
}
