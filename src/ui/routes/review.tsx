import type { Context, Hono } from 'hono';
import { AppError } from '../../base/errors.ts';
import type { Check } from '../../model/run.ts';
import { finishReview } from '../../review/finish.ts';
import { foldReview, needsDecision, type ReviewState } from '../../review/fold.ts';
import { FinishPage } from '../finish-page.tsx';
import { reviewUrl } from '../links.ts';
import { renderPage } from '../page.tsx';
import { textField, wholeNumber } from '../request-values.ts';
import { ReviewPage } from '../review-page.tsx';
import { checkView } from '../review-view.ts';
import { worstFirst } from '../run-row.tsx';
import { cassetteOfRun, readRun, type UiContext } from '../ui-context.ts';

const maxNoteChars = 2000;
/** Folds opened one by one in a URL; "show all" is one range. */
const maxExpanded = 50;

export function reviewRoutes(app: Hono, ui: UiContext): void {
  const runIdOf = (c: Context): number | undefined => wholeNumber(c.req.param('id'));

  app.get('/runs/:id{[0-9]+}/review', (c) =>
    readRun(ui, runIdOf(c), (store, run) => {
      const all = store.checks(run.id);
      const state = foldReview(store.reviewEvents(run.id), all);
      const asked = wholeNumber(c.req.query('check'));
      const checks = all.filter((check) => needsDecision(check) || check.id === asked).sort(worstFirst);
      const check = checks.find(({ id }) => id === asked) ?? nextOpen(checks, state, undefined) ?? checks[0];
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
          check={check}
          view={check && checkView({ cassette, run, check, store, expand: ranges })}
          difference={c.req.query('difference')}
          expand={expand}
          done={c.req.query('done')}
        />,
      );
    }),
  );

  app.post('/runs/:id{[0-9]+}/review', async (c) => {
    const form = await c.req.parseBody();
    const target = readRun(ui, runIdOf(c), (store, run) => {
      const checks = store.checks(run.id);
      const check = checks.find(({ id }) => id === wholeNumber(textField(form, 'check')));
      const action = textField(form, 'action');
      if (!check || (action !== 'accept' && action !== 'reject' && action !== 'undo')) {
        throw new AppError('USAGE', {
          problem: 'this is no decision on a check of the run',
          hint: 'load the page again',
        });
      }
      const difference = textField(form, 'difference');
      const note = textField(form, 'note')?.trim().slice(0, maxNoteChars);
      const undoes = wholeNumber(textField(form, 'undoes'));
      const event = { runId: run.id, author: ui.options.author, at: Date.now() };
      if (action === 'undo') {
        const undone = store.reviewEvents(run.id).find(({ id }) => id === undoes);
        if (!undone) return reviewUrl(run.id, check.id);
        store.addReviewEvent({ ...event, checkId: undone.checkId, action, undoes: undone.id });
        return `${reviewUrl(run.id, undone.checkId)}&done=taken+back`;
      }
      store.addReviewEvent({
        ...event,
        checkId: check.id,
        action,
        ...(difference === undefined ? {} : { difference }),
        ...(note === undefined || note === '' ? {} : { note }),
      });
      const done = `done=${action}ed`;
      if (difference !== undefined) return `${reviewUrl(run.id, check.id, difference)}&${done}`;
      // On to the next open one; when none is left, to the page that finishes.
      const state = foldReview(store.reviewEvents(run.id), checks);
      const next = nextOpen(checks.filter(needsDecision).sort(worstFirst), state, check);
      return `${reviewUrl(run.id, (next ?? check).id)}&${done}`;
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

/** The first undecided check after one, from the top again when the end is reached. */
function nextOpen(checks: readonly Check[], state: ReviewState, after: Check | undefined): Check | undefined {
  const isOpen = (check: Check): boolean => state.checks.get(check.id)?.decision === 'undecided';
  const at = after === undefined ? -1 : checks.findIndex(({ id }) => id === after.id);
  return checks.slice(at + 1).find(isOpen) ?? checks.find(isOpen);
}
