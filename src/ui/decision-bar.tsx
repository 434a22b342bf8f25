import type { Check } from '../model/run.ts';
import type { ReviewState } from '../review/fold.ts';
import type { ReviewGroup } from '../review/review-groups.ts';
import { Icon } from '../views/icon.tsx';
import { formatCount } from '../views/quantities.ts';
import { reviewUrl } from './links.ts';

export interface DecisionBarProps {
  readonly check: Check;
  readonly state: ReviewState;
  /** Only a complete response judged against the newest baseline can become a baseline. */
  readonly acceptable: 'yes' | 'no';
  /** The cluster in view. */
  readonly group: ReviewGroup | undefined;
}

/** Accept, reject and undo for the check in view, and for the whole cluster. */
export function DecisionBar({ check, state, acceptable, group }: DecisionBarProps) {
  const isOpen = state.checks.has(check.id);
  const place = <PlaceFields check={check} group={group} />;
  return (
    <footer class="decision-bar">
      {isOpen ? (
        <form method="post" action={reviewUrl(check.runId)} class="decide" data-swap>
          {place}
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
          {group === undefined ? null : <GroupButtons group={group} />}
        </form>
      ) : (
        <p class="quiet">Nothing to decide here: this check passes.</p>
      )}
      <form method="post" action={reviewUrl(check.runId)} data-swap>
        {place}
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

function PlaceFields({ check, group }: Pick<DecisionBarProps, 'check' | 'group'>) {
  return (
    <>
      <input type="hidden" name="check" value={String(check.id)} />
      {group === undefined ? null : <input type="hidden" name="cluster" value={group.key} />}
    </>
  );
}

/** Only what was answered can be accepted. */
function GroupButtons({ group }: { readonly group: ReviewGroup }) {
  const { cluster, items } = group;
  const checks = formatCount(items.length, 'check');
  const what = cluster ? `${formatCount(cluster.changes, 'change')} in ${checks}` : checks;
  return (
    <span class="decide-cluster">
      {cluster === undefined ? null : (
        <button
          class="button accept"
          name="action"
          value="accept-cluster"
          aria-keyshortcuts="Shift+A"
          title={`Accept ${what}  Shift+A`}
        >
          <Icon name="check" />
          <span>Accept cluster</span>
          <kbd aria-hidden="true">A</kbd>
        </button>
      )}
      <button
        class="button reject"
        name="action"
        value="reject-cluster"
        aria-keyshortcuts="Shift+X"
        title={`Reject ${what}  Shift+X`}
      >
        <Icon name="cross" />
        <span>Reject cluster</span>
        <kbd aria-hidden="true">X</kbd>
      </button>
    </span>
  );
}
