import type { AppError } from '../base/errors.ts';
import { visible } from '../base/log.ts';
import type { ActiveFault, InjectedFault } from '../model/fault.ts';
import { CopyCommand } from '../views/copy-command.tsx';
import { EmptyState } from '../views/empty-state.tsx';
import { ErrorPanel } from '../views/error-panel.tsx';
import { formatClock, formatCount, groupDigits } from '../views/quantities.ts';
import { faultsUrl, removeFaultUrl } from './links.ts';

export interface FaultsPageProps {
  readonly active: readonly ActiveFault[];
  /** Newest first. */
  readonly recent: readonly InjectedFault[];
  readonly seed: number;
  readonly cassettePath: string | undefined;
  /** What a person wrote, and what is wrong with it. */
  readonly given: string;
  readonly problem: AppError | undefined;
}

const shownRecent = 20;

const examples: readonly (readonly [line: string, words: string])[] = [
  ['GET /orders/*: latency 200ms±50ms', 'answers come later, around 200 ms'],
  ['*: 503 20%', 'about one request in five fails, the same ones in every run'],
  ['POST /pay: reset first 2', 'the connection breaks twice, then it works'],
  ['GET /export: bandwidth 64kB/s', 'a slow line'],
  ['GET /feed: truncated at 50%', 'half of the body, then the connection ends'],
  ['*: rate-limit 10 per 1s', '429 with Retry-After beyond ten a second'],
  ['GET /slow: timeout', 'no answer at all'],
];

/** Faults in force with what came of them, a form for another one, and the last that happened. */
export function FaultsPage({ active, recent, seed, cassettePath, given, problem }: FaultsPageProps) {
  return (
    <div data-refresh="served" class="faults">
      <div class="page-head">
        <h1>Faults</h1>
        <p class="quiet">
          What goes wrong on purpose in this replay. Seed {seed}: the same requests meet the same faults in every run.
        </p>
      </div>
      {problem === undefined ? null : <ErrorPanel message={problem.message} hint={problem.hint} code={problem.code} />}
      <form method="post" action={faultsUrl} class="stack fault-form">
        <label class="field">
          <span>Requests, and what goes wrong with them</span>
          <input
            name="fault"
            value={given}
            required
            maxlength={500}
            spellcheck={false}
            autocomplete="off"
            placeholder="GET /orders/*: latency 200ms±50ms"
            list="fault-examples"
            aria-invalid={problem ? 'true' : undefined}
          />
        </label>
        <datalist id="fault-examples">
          {examples.map(([line, words]) => (
            <option value={line}>{words}</option>
          ))}
        </datalist>
        <button class="button primary">Add</button>
      </form>
      <section class="panel" id="faults" aria-label="Faults in force">
        {active.length === 0 ? (
          <EmptyState title="Nothing goes wrong on purpose">
            <p>Add a fault above, or start the replay with one.</p>
            <CopyCommand command={`retake replay ${cassettePath ?? 'CASSETTE'} --fault '*: 503 20%'`} />
          </EmptyState>
        ) : (
          <ul class="fault-list">
            {active.map((fault) => (
              <FaultRow fault={fault} />
            ))}
          </ul>
        )}
      </section>
      <section class="panel" id="fault-recent" aria-label="What went wrong last">
        {recent.length === 0 ? null : (
          <>
            <div class="panel-head">
              <h2>Last</h2>
            </div>
            <ul class="fault-list">
              {recent.slice(0, shownRecent).map((injected) => (
                <RecentRow injected={injected} />
              ))}
            </ul>
          </>
        )}
      </section>
      <h2 class="section-title">What can be written</h2>
      <dl class="fault-examples">
        {examples.map(([line, words]) => (
          <div>
            <dt>
              <code>{line}</code>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function FaultRow({ fault: { id, text, matched, injected } }: { readonly fault: ActiveFault }) {
  return (
    <li class="fault-row">
      <code>{visible(text)}</code>
      <span class={injected > 0 ? 'fault-count tone-warn' : 'fault-count quiet'}>
        {groupDigits(injected)} of {formatCount(matched, 'request')}
      </span>
      <form method="post" action={removeFaultUrl(id)}>
        <button class="button" aria-label={`Remove ${visible(text)}`}>
          Remove
        </button>
      </form>
    </li>
  );
}

function RecentRow({ injected }: { readonly injected: InjectedFault }) {
  const { effect, method, target, lane, number, times, at } = injected;
  return (
    <li class="fault-row recent">
      <span class="fault-what">
        <span class="tone-warn">{visible(effect)}</span> <strong>{visible(method)}</strong>{' '}
        <code>{visible(target)}</code>
      </span>
      <span class="quiet">
        {lane === 'default' ? '' : `lane ${visible(lane)} `}
        {times === undefined ? '' : `${number} of ${times}`}
      </span>
      <time class="quiet" datetime={new Date(at).toISOString()}>
        {formatClock(at)}
      </time>
    </li>
  );
}
