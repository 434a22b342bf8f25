import { visible } from '../base/log.ts';
import type { Session } from '../model/session.ts';
import { Icon } from '../views/icon.tsx';
import { formatAge, formatCount, formatDateTime } from '../views/quantities.ts';
import { targetWords } from '../views/target-words.ts';
import type { Writer } from './newest-session.ts';
import { sessionRunUrl, sessionTestFileUrl, trafficUrl } from './links.ts';

export interface SessionRowProps {
  readonly cassette: string;
  readonly session: Session;
  readonly now: number;
  readonly canRunTests: boolean;
  readonly writer: Writer;
}

/** One session with what can be done with it. */
export function SessionRow({ cassette, session, now, canRunTests, writer }: SessionRowProps) {
  const url = trafficUrl({ cassette, session: session.name });
  return (
    <li class="session" data-running={session.endedAt === undefined && writer === 'alive' ? '' : undefined}>
      <a class="session-main" href={url}>
        <span class="session-name">{session.name}</span>
        <span class="quiet">{formatCount(session.exchangeCount, 'exchange')}</span>
        <span class="session-target quiet">{targetWords(session.targets)}</span>
        <SessionState session={session} writer={writer} />
        <time
          class="quiet"
          datetime={new Date(session.startedAt).toISOString()}
          title={formatDateTime(session.startedAt)}
        >
          {formatAge(session.startedAt, now)}
        </time>
      </a>
      <div class="actions">
        {canRunTests ? (
          <a class="button" href={sessionRunUrl(cassette, session.name)}>
            <Icon name="play" />
            <span>Run the tests</span>
          </a>
        ) : null}
        <a class="button" href={sessionTestFileUrl(cassette, session.name)}>
          <Icon name="code" />
          <span>Turn into a vitest file</span>
        </a>
      </div>
    </li>
  );
}

function SessionState({ session, writer }: { readonly session: Session; readonly writer: Writer }) {
  if (session.incomplete !== undefined) {
    return (
      <span class="chip warn" title={visible(session.incomplete)}>
        incomplete
      </span>
    );
  }
  if (session.endedAt === undefined && writer === 'alive') return <span class="chip live">recording</span>;
  if (session.endedAt === undefined) {
    return (
      <span class="chip warn" title="its recorder was killed; what had been stored until then is here">
        cut off
      </span>
    );
  }
  return session.redacted ? null : (
    <span class="chip warn" title="recorded with --no-redact: secrets stand in it as they were">
      not redacted
    </span>
  );
}
