import type { Check } from '../model/run.ts';
import type { ReviewState } from '../review/fold.ts';
import { Icon } from '../views/icon.tsx';
import { reviewUrl } from './links.ts';

export interface DecisionBarProps {
  readonly check: Check;
  readonly state: ReviewState;
  /** Only a complete response judged against the newest baseline can become a baseline. */
  readonly acceptable: 'yes' | 'no';
}

/** Accept, reject and undo for the check in view. */
export function DecisionBar({ check, state, acceptable }: DecisionBarProps) {
  const isOpen = state.checks.has(check.id);
  return (
    <footer class="decision-bar">
      {isOpen ? (
        <form method="post" action={reviewUrl(check.runId)} class="decide" data-swap>
          <input type="hidden" name="check" value={String(check.id)} />
          <label class="note">
            <Icon name="note" />
            <input
              name="note"
              maxlength={2000}
              placeholder="Note (optional)"
              aria-label="Note"
              aria-keyshortcuts="c"
              autocomplete="off"
            />
          </label>
          <button
            class="button accept"
            name="action"
            value="accept"
            aria-keyshortcuts="a"
            disabled={acceptable === 'no'}
            title={acceptable === 'yes' ? undefined : 'There is no complete fresh response to accept'}
          >
            <Icon name="check" />
            <span>Accept</span>
            <kbd aria-hidden="true">a</kbd>
          </button>
          <button class="button reject" name="action" value="reject" aria-keyshortcuts="x">
            <Icon name="cross" />
            <span>Reject</span>
            <kbd aria-hidden="true">x</kbd>
          </button>
        </form>
      ) : (
        <p class="quiet">Nothing to decide here: this check passes.</p>
      )}
      <form method="post" action={reviewUrl(check.runId)} data-swap>
        <input type="hidden" name="check" value={String(check.id)} />
        <input type="hidden" name="undoes" value={state.undoable === undefined ? '' : String(state.undoable)} />
        <button
          class="button"
          name="action"
          value="undo"
          aria-keyshortcuts="u"
          disabled={state.undoable === undefined}
          title="Take back the last decision  u"
        >
          <Icon name="undo" />
          <span>Undo</span>
          <kbd aria-hidden="true">u</kbd>
        </button>
      </form>
    </footer>
  );
}
