import type { Hono } from 'hono';
import { statSync } from 'node:fs';
import { visible } from '../../base/log.ts';
import type { Session } from '../../model/session.ts';
import { CopyCommand } from '../../views/copy-command.tsx';
import { EmptyState } from '../../views/empty-state.tsx';
import { ErrorPanel } from '../../views/error-panel.tsx';
import { Icon } from '../../views/icon.tsx';
import { formatCount, formatSize } from '../../views/quantities.ts';
import { type KnownCassette, readCassette } from '../cassette-library.ts';
import { cassetteRulesUrl, cassetteUrl } from '../links.ts';
import { type CassetteFacts, readSessions, writerOf } from '../newest-session.ts';
import { renderPage } from '../page.tsx';
import { RunRow } from '../run-row.tsx';
import { SessionRow } from '../session-row.tsx';
import { readRuns, type UiContext } from '../ui-context.ts';

/** Sessions of one cassette on the home page; the rest stand on its own page. */
const sessionsAtHome = 3;

export function homeRoutes(app: Hono, ui: UiContext): void {
  app.get('/', (c) => {
    const facts = readSessions(ui.library);
    const runs = readRuns(ui, (store) => store.runs(8)) ?? [];
    const now = Date.now();
    return renderPage(
      c,
      ui,
      { title: 'Cassettes', section: 'home' },
      <div class="home" data-refresh="cassettes runs">
        <div class="home-main" id="home-cassettes">
          <div class="page-head">
            <h1>Cassettes</h1>
            <span class="quiet">{facts.length === 0 ? '' : formatCount(facts.length, 'cassette')}</span>
          </div>
          {facts.length === 0 ? <NoCassettes folder={ui.options.folder} /> : null}
          {facts.map((each) => (
            <CassetteCard ui={ui} facts={each} now={now} />
          ))}
        </div>
        <div class="home-side">
          <section class="panel" id="home-runs" aria-labelledby="last-runs">
            <h2 id="last-runs">Last runs</h2>
            {runs.length === 0 ? (
              <p class="quiet panel-text">
                No run yet. A run sends a session’s requests to a new build and judges the answers.
              </p>
            ) : (
              <ul class="run-list compact">
                {runs.map((run) => (
                  <RunRow run={run} now={now} />
                ))}
              </ul>
            )}
          </section>
          <HowTo />
        </div>
      </div>,
    );
  });

  app.get('/cassettes', (c) => c.redirect('/', 303));

  app.get('/cassettes/:name', (c) => {
    const cassette = ui.library.named(c.req.param('name'));
    const { sessions, writer } = readCassette(cassette, (reader) => ({
      sessions: reader.sessions(),
      writer: writerOf(reader),
    }));
    const now = Date.now();
    return renderPage(
      c,
      ui,
      { title: cassette.name, section: 'home' },
      <div data-refresh={`cassette:${cassette.name}`}>
        <nav class="crumbs" aria-label="Where this is">
          <a href="/">Cassettes</a>
          <span>{cassette.name}</span>
        </nav>
        <div class="page-head">
          <h1>{cassette.name}</h1>
          <CassettePath ui={ui} cassette={cassette} />
          <div class="actions">
            <a class="button" href={cassetteRulesUrl(cassette.name)}>
              <Icon name="rule" />
              <span>Rules</span>
            </a>
          </div>
        </div>
        <section class="panel" id="sessions" aria-label="Sessions">
          <ul class="session-list" data-list="rows">
            {sessions.toReversed().map((session) => (
              <SessionRow
                cassette={cassette.name}
                session={session}
                now={now}
                canRunTests={canRunTests(ui)}
                writer={writer}
              />
            ))}
          </ul>
          {sessions.length === 0 ? <EmptyState title="No session in this cassette" /> : null}
        </section>
        <h2 class="section-title">On the command line</h2>
        <CopyCommand
          command={`retake replay ${ui.library.shownPath(cassette)}${isForward(sessions) ? ' --forward' : ''}`}
        />
        <CopyCommand command={`retake test ${ui.library.shownPath(cassette)} --target http://127.0.0.1:3000`} />
      </div>,
    );
  });
}

/** Recorded through a forward proxy: the newest session's servers have no names but their own, host and port. */
function isForward(sessions: readonly Session[]): boolean {
  const targets = sessions.at(-1)?.targets ?? [];
  return targets.length > 0 && targets.every(({ name }) => /:\d+$/.test(name));
}

function canRunTests(ui: UiContext): boolean {
  return ui.options.actions.runTests !== undefined;
}

function CassettePath({ ui, cassette }: { readonly ui: UiContext; readonly cassette: KnownCassette }) {
  const sizeBytes = statSync(cassette.path, { throwIfNoEntry: false })?.size;
  return (
    <span class="quiet cassette-path">
      <code>{visible(ui.library.shownPath(cassette))}</code>
      {sizeBytes === undefined ? null : <span>{formatSize(sizeBytes)}</span>}
    </span>
  );
}

function CassetteCard(props: { readonly ui: UiContext; readonly facts: CassetteFacts; readonly now: number }) {
  const { ui, facts, now } = props;
  const { cassette } = facts;
  return (
    <section class="panel cassette" aria-label={`Cassette ${cassette.name}`}>
      <header class="panel-head">
        <h2>
          <a href={cassetteUrl(cassette.name)}>{cassette.name}</a>
        </h2>
        <CassettePath ui={ui} cassette={cassette} />
        {'problem' in facts ? null : (
          <a class="panel-head-end" href={cassetteRulesUrl(cassette.name)} aria-label={`Rules of ${cassette.name}`}>
            Rules
          </a>
        )}
      </header>
      {'problem' in facts ? (
        <ErrorPanel message={facts.problem.message} hint={facts.problem.hint} code={facts.problem.code} />
      ) : (
        <>
          <ul class="session-list" data-list="rows">
            {facts.sessions
              .slice(-sessionsAtHome)
              .toReversed()
              .map((session) => (
                <SessionRow
                  cassette={cassette.name}
                  session={session}
                  now={now}
                  canRunTests={canRunTests(ui)}
                  writer={facts.writer}
                />
              ))}
          </ul>
          {facts.sessions.length > sessionsAtHome ? (
            <p class="panel-more">
              <a href={cassetteUrl(cassette.name)}>All {facts.sessions.length} sessions</a>
            </p>
          ) : null}
        </>
      )}
    </section>
  );
}

function NoCassettes({ folder }: { readonly folder: string }) {
  return (
    <div class="panel">
      <EmptyState title="No cassette yet">
        <p>
          There is none in <code>{visible(folder)}</code>. Record one: put the recorder between a client and its server,
          use the client as always, then stop the recorder with Ctrl+C.
        </p>
        <CopyCommand command="retake record --target http://127.0.0.1:3000 --cassette first" />
      </EmptyState>
    </div>
  );
}

function HowTo() {
  return (
    <section class="panel how-to" aria-labelledby="how-to">
      <h2 id="how-to">On the command line</h2>
      <p class="quiet">Record what a client and its server say</p>
      <CopyCommand command="retake record --target http://127.0.0.1:3000 --cassette checkout" />
      <p class="quiet">Replay it without the server</p>
      <CopyCommand command="retake replay checkout" />
      <p class="quiet">Test a new build against it</p>
      <CopyCommand command="retake test checkout --target http://127.0.0.1:3000" />
    </section>
  );
}
