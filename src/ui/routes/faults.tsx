import type { Context, Hono } from 'hono';
import { AppError } from '../../base/errors.ts';
import type { FaultControl } from '../../model/fault.ts';
import { EmptyState } from '../../views/empty-state.tsx';
import { FaultsPage } from '../faults-page.tsx';
import { faultsUrl } from '../links.ts';
import { renderPage } from '../page.tsx';
import { textField, wholeNumber } from '../request-values.ts';
import type { UiContext } from '../ui-context.ts';

/** What goes wrong on purpose in the replay beside us: look, add, remove. */
export function faultRoutes(app: Hono, ui: UiContext): void {
  const { faults } = ui.options;

  app.get(faultsUrl, (c) => page(c, ui, {}));

  app.post(faultsUrl, async (c) => {
    const given = textField(await c.req.parseBody(), 'fault') ?? '';
    try {
      running(faults).add(given);
      return c.redirect(faultsUrl, 303);
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code !== 'FAULT_INVALID') throw thrown;
      return page(c, ui, { given, problem: thrown });
    }
  });

  app.post(`${faultsUrl}/:id{[0-9]+}/remove`, (c) => {
    const id = wholeNumber(c.req.param('id'));
    // One that is gone already is as wanted.
    if (id !== undefined) running(faults).remove(id);
    return c.redirect(faultsUrl, 303);
  });
}

function running(faults: FaultControl | undefined): FaultControl {
  if (faults) return faults;
  throw new AppError('USAGE', {
    problem: 'no replay runs here, so nothing can go wrong in it',
    hint: 'start one: retake replay CASSETTE',
  });
}

function page(
  c: Context,
  ui: UiContext,
  { given = '', problem }: { readonly given?: string; readonly problem?: AppError },
): Response | Promise<Response> {
  const { faults, feed } = ui.options;
  return renderPage(
    c,
    ui,
    { title: 'Faults', section: 'traffic', status: problem ? 409 : 200 },
    faults ? (
      <FaultsPage
        active={faults.list()}
        recent={faults.recent()}
        seed={faults.seed}
        cassettePath={feed?.status().cassettePath}
        given={given}
        problem={problem}
      />
    ) : (
      <EmptyState title="No replay runs here">
        <p>Faults are injected into the answers of a running replay.</p>
      </EmptyState>
    ),
  );
}
