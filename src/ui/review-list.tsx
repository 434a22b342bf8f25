import { visible } from '../base/log.ts';
import type { Check, Run } from '../model/run.ts';
import type { ReviewState } from '../review/fold.ts';
import type { ListedCheck } from '../review/folded-checks.ts';
import { type ReviewGroup, groupDecision } from '../review/review-groups.ts';
import { openDifferences } from '../views/difference-words.ts';
import { formatCount, groupDigits } from '../views/quantities.ts';
import { verdictLook } from '../views/verdict-badge.tsx';
import { DecisionMark } from './decision-mark.tsx';
import { GroupItem } from './group-item.tsx';
import { reviewUrl } from './links.ts';
import type { ReviewChoice } from './review-choice.ts';

export interface ReviewListProps {
  readonly run: Run;
  readonly state: ReviewState;
  readonly choice: ReviewChoice;
}

/** Groups listed at once: who has more needs a rule, not a longer list. */
const maxGroups = 200;
/** Checks listed at once; of more, those around the one in view. */
const maxChecks = 400;

/** What is to be decided: as clusters, or check by check. */
export function ReviewList(props: ReviewListProps) {
  const { run, choice } = props;
  const { groups, listed, group } = choice;
  return (
    <nav class="check-list" aria-label={group ? 'Clusters to decide' : 'Checks to decide'}>
      <ul class="list-switch" aria-label="List by">
        <Switch
          words="Clusters"
          count={groups.length}
          isCurrent={group !== undefined}
          href={reviewUrl(run.id, groups[0] ? { cluster: (group ?? groups[0]).key } : {})}
        />
        <Switch
          words="Checks"
          count={listed.length}
          isCurrent={group === undefined}
          href={reviewUrl(run.id, choice.check ? { check: choice.check.id } : { list: 'checks' })}
        />
      </ul>
      <div class="check-list-scroll" data-keep-scroll={group ? 'clusters' : 'checks'}>
        {group ? <Groups {...props} group={group} /> : <Checks {...props} />}
      </div>
    </nav>
  );
}

function consequenceWords(count: number): string {
  return `${formatCount(count, 'cluster')} that only ${count === 1 ? 'follows' : 'follow'} from these`;
}

interface SwitchProps {
  readonly words: string;
  readonly count: number;
  readonly isCurrent: boolean;
  readonly href: string;
}

function Switch({ words, count, isCurrent, href }: SwitchProps) {
  return (
    <li>
      <a href={href} data-swap aria-current={isCurrent ? 'true' : undefined}>
        {words} <span class="quiet">{groupDigits(count)}</span>
      </a>
    </li>
  );
}

function Groups({ run, state, choice, group }: ReviewListProps & { readonly group: ReviewGroup }) {
  const shown = choice.groups.slice(0, maxGroups);
  const [own, consequences] = ['own', 'consequence'].map((standing) =>
    shown.filter((one) => one.standing === standing),
  );
  const item = (each: ReviewGroup) => (
    <GroupItem runId={run.id} group={each} decision={groupDecision(each, state)} isCurrent={each.key === group.key} />
  );
  return (
    <>
      <ul>{own!.map(item)}</ul>
      {consequences!.length === 0 ? null : (
        <details id="consequences" open={group.standing === 'consequence' || own!.length === 0}>
          <summary>{consequenceWords(consequences!.length)}</summary>
          <ul>{consequences!.map(item)}</ul>
        </details>
      )}
      {choice.groups.length <= maxGroups ? null : (
        <p class="quiet list-more">… and {formatCount(choice.groups.length - maxGroups, 'more cluster')}</p>
      )}
    </>
  );
}

function Checks({ state, choice: { listed, check } }: ReviewListProps) {
  return (
    <ul>
      {around(listed, check).map((each) => (
        <CheckItem {...each} state={state} isCurrent={each.check.id === check?.id} />
      ))}
    </ul>
  );
}

function around(listed: readonly ListedCheck[], current: Check | undefined): readonly ListedCheck[] {
  const at = listed.findIndex(({ check }) => check.id === current?.id);
  const from = Math.max(0, Math.min(at - maxChecks / 2, listed.length - maxChecks));
  return listed.slice(from, from + maxChecks);
}

function FollowsMark() {
  return (
    <>
      {' · follows'}
      <span class="visually-hidden"> from the check it stands beneath</span>
    </>
  );
}

function CheckItem(props: ListedCheck & { readonly state: ReviewState; readonly isCurrent: boolean }) {
  const { check, standing, state, isCurrent } = props;
  const decision = state.checks.get(check.id)?.decision ?? 'undecided';
  const { glyph, tone } = verdictLook(check.verdict);
  const open = openDifferences(check).length;
  return (
    <li class={standing === 'follower' ? 'follower' : undefined}>
      <a
        href={reviewUrl(check.runId, { check: check.id })}
        data-swap
        aria-current={isCurrent ? 'true' : undefined}
        class={decision === 'undecided' ? 'check-item' : 'check-item decided'}
      >
        <span class={`glyph tone-${tone}`} aria-hidden="true">
          {glyph}
        </span>
        <span class="check-words">
          <span class="check-line">
            <span class="method">{visible(check.method)}</span> <span class="target">{visible(check.target)}</span>
          </span>
          <span class="quiet">
            {check.verdict}
            {open === 0 ? '' : ` · ${formatCount(open, 'difference')}`}
            {standing === 'follower' ? <FollowsMark /> : null}
          </span>
        </span>
        {decision === 'undecided' ? null : <DecisionMark decision={decision} />}
      </a>
    </li>
  );
}
