import type { Decision } from '../review/fold.ts';
import type { ReviewGroup } from '../review/review-groups.ts';
import { verdictLook } from '../views/verdict-badge.tsx';
import { DecisionMark } from './decision-mark.tsx';
import { groupWords } from './group-words.ts';
import { reviewUrl } from './links.ts';

export interface GroupItemProps {
  readonly runId: number;
  readonly group: ReviewGroup;
  readonly decision: Decision;
  readonly isCurrent: boolean;
}

/** One cluster in a list: sign, place, how often, and of what requests. */
export function GroupItem({ runId, group, decision, isCurrent }: GroupItemProps) {
  const { glyph, tone } = verdictLook(group.severity);
  const { place, facts, scope } = groupWords(group);
  return (
    <li>
      <a
        href={reviewUrl(runId, { cluster: group.key })}
        data-swap
        aria-current={isCurrent ? 'true' : undefined}
        class={decision === 'undecided' ? 'check-item' : 'check-item decided'}
      >
        <span class={`glyph tone-${tone}`} aria-hidden="true">
          {glyph}
        </span>
        <span class="check-words">
          <span class="visually-hidden">{group.severity}: </span>
          <span class="check-line target">{place}</span>
          <span class="quiet group-facts">{facts}</span>
          {scope === undefined ? null : <span class="quiet check-line group-scope">{scope}</span>}
        </span>
        {decision === 'undecided' ? null : <DecisionMark decision={decision} />}
      </a>
    </li>
  );
}
