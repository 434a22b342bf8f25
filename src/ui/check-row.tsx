import { visible } from '../base/log.ts';
import type { Check } from '../model/run.ts';
import type { Decision } from '../review/fold.ts';
import { differenceWords, openDifferences } from '../views/difference-words.ts';
import { formatDuration } from '../views/quantities.ts';
import { VerdictBadge } from '../views/verdict-badge.tsx';
import { DecisionMark } from './decision-mark.tsx';

export interface CheckRowProps {
  readonly check: Check;
  /** `follower`: it stands beneath the check that it follows from. */
  readonly standing: 'own' | 'follower';
  readonly decision: Decision | undefined;
  readonly href: string;
}

/** One check in the list of a run: verdict, request, and the worst of what differs. */
export function CheckRow({ check, standing, decision, href }: CheckRowProps) {
  const [worst, ...rest] = openDifferences(check);
  return (
    <li class={standing === 'follower' ? 'check-row follower' : 'check-row'}>
      <a class="check-main" href={href}>
        <VerdictBadge verdict={check.verdict} />
        <span class="check-request">
          {standing === 'follower' ? (
            <span class="visually-hidden">follows from the check it stands beneath: </span>
          ) : null}
          <span class="method">{visible(check.method)}</span> <span class="target">{visible(check.target)}</span>
        </span>
        <span class="check-reason quiet">
          {check.note !== undefined ? visible(check.note) : worst === undefined ? '' : differenceWords(worst)}
          {rest.length > 0 ? ` and ${rest.length} more` : ''}
        </span>
        {decision === undefined || decision === 'undecided' ? null : <DecisionMark decision={decision} />}
        <span class="time quiet">{formatDuration(check.durationMs)}</span>
      </a>
    </li>
  );
}
