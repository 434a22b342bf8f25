import { visible } from '../base/log.ts';
import type { Check, Run } from '../model/run.ts';
import type { FinishedReview } from '../review/finish.ts';
import type { ReviewState } from '../review/fold.ts';
import { CopyCommand } from '../views/copy-command.tsx';
import { formatCount } from '../views/quantities.ts';
import { reviewUrl, runUrl } from './links.ts';

export interface FinishPageProps {
  readonly run: Run;
  readonly checks: readonly Check[];
  readonly state: ReviewState;
  /** What was written, once it was. */
  readonly finished: FinishedReview | undefined;
}

/** Before: what finishing will write and how to do the same without a browser. After: what was written. */
export function FinishPage(props: FinishPageProps) {
  const { run, finished } = props;
  return (
    <>
      <nav class="crumbs" aria-label="Where this is">
        <a href="/runs">Runs</a>
        <a href={runUrl(run.id)}>{run.id}</a>
        <a href={reviewUrl(run.id)}>Review</a>
        <span>Finish</span>
      </nav>
      <div class="finish">
        {finished === undefined ? <Before {...props} /> : <After {...props} finished={finished} />}
      </div>
    </>
  );
}

function Before({ run, checks, state }: FinishPageProps) {
  const nothing = state.accepted + state.rejected === 0;
  const accepted = checks.filter(({ id }) => state.checks.get(id)?.decision === 'accepted');
  return (
    <>
      <h1>Finish the review of run {run.id}</h1>
      {nothing ? (
        <p>Nothing is decided yet.</p>
      ) : (
        <>
          <p>
            This writes into <code>{visible(run.cassettePath)}</code>, in one step:
          </p>
          <ul class="finish-list">
            <li>
              <strong class="tone-good">{formatCount(state.accepted, 'accepted response')}</strong>{' '}
              {state.accepted === 1
                ? 'becomes a new baseline; the one before it is kept.'
                : 'become new baselines; those before them are kept.'}
            </li>
            <li>
              <strong class="tone-bad">{formatCount(state.rejected, 'rejection')}</strong>{' '}
              {state.rejected === 1
                ? 'is kept with its note; the check stays failing.'
                : 'are kept with their notes; the checks stay failing.'}
            </li>
            <li>
              <strong>{formatCount(state.undecided, 'check')}</strong> undecided{' '}
              {state.undecided === 1 ? 'stays as it is.' : 'stay as they are.'}
            </li>
          </ul>
        </>
      )}
      <form method="post" action={`${runUrl(run.id)}/review/finish`} class="form-end">
        <button class="button primary" disabled={nothing}>
          Finish
        </button>
        <a class="button" href={reviewUrl(run.id)}>
          Back to the review
        </a>
      </form>
      {accepted.length === 0 ? null : (
        <>
          <h2 class="section-title">The same on the command line</h2>
          <CopyCommand command={acceptCommand(run, checks, accepted)} />
        </>
      )}
    </>
  );
}

/** Accepting everything needs no selector; else each exchange is named. */
function acceptCommand(run: Run, checks: readonly Check[], accepted: readonly Check[]): string {
  const decidable = checks.filter(({ verdict }) => verdict !== 'same' && verdict !== 'equivalent');
  if (accepted.length === decidable.length) return `retake accept --run ${run.id}`;
  return accepted.map(({ position }) => `retake accept ${run.session}/${position} --run ${run.id}`).join(' && ');
}

function After({ run, finished }: FinishPageProps & { readonly finished: FinishedReview }) {
  return (
    <>
      <h1>Review finished</h1>
      <ul class="finish-list">
        <li>
          <strong class="tone-good">{formatCount(finished.accepted, 'new baseline')}</strong> in{' '}
          <code>{visible(run.cassettePath)}</code>
        </li>
        <li>
          <strong class="tone-bad">{formatCount(finished.rejected, 'rejection')}</strong> kept
        </li>
        {finished.undecided === 0 ? null : (
          <li>
            <strong>{formatCount(finished.undecided, 'check')}</strong> left undecided
          </li>
        )}
        {finished.notWritten.map(({ address, reason }) => (
          <li class="tone-warn">
            {visible(address)} was not written: {visible(reason)}
          </li>
        ))}
      </ul>
      <p>Run the tests again to see the verdict against the new baselines.</p>
      <CopyCommand command={`retake test ${run.cassette} --session ${run.session} --target ${run.target}`} />
      <div class="form-end">
        <a class="button primary" href={runUrl(run.id)}>
          Back to the run
        </a>
      </div>
    </>
  );
}
