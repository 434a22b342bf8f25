import type { Context, Hono } from 'hono';
import { AppError } from '../../base/errors.ts';
import type { CassetteReader } from '../../store/cassette-reader.ts';
import type { Session } from '../../model/session.ts';
import { neededSecrets, secretPrefix } from '../../suite/needed-secrets.ts';
import { type KnownCassette, readCassette } from '../cassette-library.ts';
import { runUrl } from '../links.ts';
import { renderPage } from '../page.tsx';
import { type NeededValue, RunTestsPage, type RunTestsPageProps } from '../run-tests-page.tsx';
import type { UiContext } from '../ui-context.ts';

/** The form that starts a run, and its start. */
export function runTestsRoutes(app: Hono, ui: UiContext): void {
  app.get('/cassettes/:name/:session/run', (c) => {
    const cassette = ui.library.named(c.req.param('name'));
    const given = c.req.query('target');
    return formPage(c, ui, cassette, {
      targets: new Map(given === undefined ? [] : [['', given]]),
      writes: 'refused',
      problem: undefined,
    });
  });

  app.post('/cassettes/:name/:session/run', async (c) => {
    if (!ui.jobs) throw new AppError('USAGE', { problem: 'tests cannot be run from here', hint: 'use retake test' });
    const cassette = ui.library.named(c.req.param('name'));
    const fields = Object.entries(await c.req.parseBody()).filter((field): field is [string, string] => {
      return typeof field[1] === 'string' && field[1] !== '';
    });
    const targets = new Map(
      fields.flatMap(([field, value]) => {
        const found = /^target(?::(.*))?$/.exec(field);
        return found ? [[found[1] ?? '', value.trim()] as const] : [];
      }),
    );
    const writes = new Map(fields).get('writes') === 'allowed' ? 'allowed' : 'refused';
    try {
      const runId = await ui.jobs.start({
        cassettePath: cassette.path,
        session: c.req.param('session'),
        targets: [...targets].map(([name, url]) => (name === '' ? url : `${name}=${url}`)),
        secrets: new Map(fields.filter(([field]) => field.startsWith(secretPrefix))),
        writes,
      });
      ui.hub.publish({ kind: 'runs' });
      return c.redirect(runUrl(runId), 303);
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code === 'SESSION_MISSING') throw thrown;
      return formPage(c, ui, cassette, { targets, writes, problem: thrown });
    }
  });
}

type Given = Pick<RunTestsPageProps, 'targets' | 'writes' | 'problem'>;

function formPage(c: Context, ui: UiContext, cassette: KnownCassette, given: Given): Response | Promise<Response> {
  const { session, secrets } = readCassette(cassette, (reader) => {
    const session = reader.session(c.req.param('session'));
    return { session, secrets: secretsOf(ui, reader, session) };
  });
  return renderPage(
    c,
    ui,
    { title: `Run the tests of ${session.name}`, section: 'home', status: given.problem ? 409 : 200 },
    <RunTestsPage
      {...given}
      cassette={cassette.name}
      cassettePath={ui.library.shownPath(cassette)}
      session={session}
      secrets={secrets}
    />,
  );
}

function secretsOf(ui: UiContext, reader: CassetteReader, session: Session): NeededValue[] {
  return neededSecrets(reader.redactedSlots(session.id), reader.flows(session.id)).map(({ variable, uses }) => {
    const [first] = uses;
    const request = first && reader.exchange(session.id, first.position)?.request;
    return {
      variable,
      place: request ? `${first.place} of ${request.method} ${request.target}` : '',
      isSet: ui.options.actions.hasSecret?.(variable) ?? false,
    };
  });
}
