import type { Decision } from '../review/fold.ts';
import { Icon } from '../views/icon.tsx';

/** What was decided, as a word with its sign. */
export function DecisionMark({ decision }: { readonly decision: Exclude<Decision, 'undecided'> }) {
  return decision === 'accepted' ? (
    <span class="decision tone-good">
      <Icon name="check" /> accepted
    </span>
  ) : (
    <span class="decision tone-bad">
      <Icon name="cross" /> rejected
    </span>
  );
}
