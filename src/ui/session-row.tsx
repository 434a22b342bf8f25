import { visible } from '../base/log.ts';
import type { Session } from '../model/session.ts';
import { Icon } from '../views/icon.tsx';
import { formatAge, formatCount, formatDateTime } from '../views/quantities.ts';
import { sessionTestFileUrl, trafficUrl } from './links.ts';

export interface SessionRowProps {
  readonly cassette: string;
  readonly session: Session;
  readonly now: number;
  readonly canRunTests: boolean;
}

/** One session with what can be done with it. */
export function SessionRow({ cassette, session, now, canRunTests }: SessionRowProps) {
  const url = trafficUrl({ cassette, session: session.name });
  return (
    <li class="session" data-row>
      <a class="session-main" href={url}>
        <span class="session-name">{session.name}</span>
        <span class="quiet">{formatCount(session.exchangeCount, 'exchange')}</span>
        <span class="session-target quiet">{session.targets.map(({ url }) => visible(url)).join(', ')}</span>
        <SessionState session={session} />
        <time
          class="quiet"
          datetime={new Date(session.startedAt).toISOString()}
          title={formatDateTime(session.startedAt)}
        >
          {formatAge(session.startedAt, now)}
        </time>
      </a>
      <div class="actions">
        {canRunTests ? <RunTests cassette={cassette} session={session} /> : null}
        <a class="button" href={sessionTestFileUrl(cassette, session.name)}>
          <Icon name="code" />
          <span>Turn into a vitest file</span>
        </a>
      </div>
    </li>
  );
}

function SessionState({ session }: { readonly session: Session }) {
  if (session.incomplete !== undefined) {
    return (
      <span class="chip warn" title={visible(session.incomplete)}>
        incomplete
      </span>
    );
  }
  if (session.endedAt === undefined) return <span class="chip live">recording</span>;
  return session.redacted ? null : (
    <span class="chip warn" title="recorded with --no-redact: secrets stand in it as they were">
      not redacted
    </span>
  );
}

/** Asks for the server to test, then starts the run. One address per recorded target. */
function RunTests({ cassette, session }: { readonly cassette: string; readonly session: Session }) {
  return (
    <details class="popover">
      <summary class="button">
        <Icon name="play" />
        <span>Run the tests</span>
      </summary>
      <form method="post" action="/runs" class="popover-body">
        <input type="hidden" name="cassette" value={cassette} />
        <input type="hidden" name="session" value={session.name} />
        <p>
          Sends the {formatCount(session.exchangeCount, 'recorded request')} of <strong>{session.name}</strong> to a
          server and compares its responses with the recording.
        </p>
        {session.targets.map(({ name, url }) => (
          <label class="field">
            <span>{session.targets.length === 1 ? 'Server to test' : `Server to test, ${name}`}</span>
            <input
              type="url"
              name={session.targets.length === 1 ? 'target' : `target:${name}`}
              value={url}
              required
              spellcheck={false}
              autocomplete="url"
            />
          </label>
        ))}
        <label class="choice">
          <input type="checkbox" name="writes" value="allowed" />
          <span>It may be changed although it is not on this machine</span>
        </label>
        <div class="form-end">
          <button class="button primary">Run</button>
        </div>
      </form>
    </details>
  );
}
