import { visible } from '../base/log.ts';
import type { Check } from '../model/run.ts';
import type { Difference } from '../model/verdict.ts';
import { type CheckReview, differenceKey } from '../review/fold.ts';
import { differencePlace, differenceWords, openDifferences } from '../views/difference-words.ts';
import { Icon } from '../views/icon.tsx';
import { formatCount } from '../views/quantities.ts';
import { VerdictBadge } from '../views/verdict-badge.tsx';
import { DecisionMark } from './decision-mark.tsx';
import { foundName } from '../suite/judge-again.ts';
import { LaterRule, MakeRule, RuleChip } from './difference-rule.tsx';
import { reviewUrl } from './links.ts';
import { Values } from './values.tsx';

export interface DifferenceListProps {
  readonly check: Check;
  readonly review: CheckReview | undefined;
  /** The difference in focus, as `part:path`. */
  readonly current: string | undefined;
  readonly canDecide: boolean;
  /** Key of the cluster in view: its differences are marked, and the keys for one difference act on all of it. */
  readonly cluster: string | undefined;
  /** Keys of its differences in this check. */
  readonly ofCluster: ReadonlySet<string>;
  /** What is noted of the whole cluster already. */
  readonly clusterNote: string | undefined;
  /** May a rule be made of a difference? Only an answer that was kept can be tried. */
  readonly rules: 'offered' | 'none';
  /** Names of rules kept since the run that explain differences, by `foundName`. */
  readonly laterRules: ReadonlyMap<string, string>;
  /** Of the cassette, for links to its rules. */
  readonly cassette: string;
}

/** More differences of one pattern than this stand folded behind one line. */
const groupFrom = 4;
/** Lines shown; a check that differs everywhere is decided as a whole. */
const maxShown = 400;

/** What differs, worst first, each with its own decision; equal changes in one list are one line that unfolds. */
export function DifferenceList(props: DifferenceListProps) {
  const open = openDifferences(props.check);
  const explained = props.check.differences.filter(({ severity }) => severity === 'equivalent');
  const shown = open.slice(0, maxShown);
  return (
    <section id="differences" class="differences" aria-label="Differences">
      {groupByPattern(shown).map((group, index) =>
        group.length < groupFrom ? (
          <ul>
            {group.map((difference) => (
              <DifferenceRow {...props} difference={difference} />
            ))}
          </ul>
        ) : (
          <DifferenceGroup {...props} group={group} id={`group-${index}`} />
        ),
      )}
      {open.length === shown.length ? null : (
        <p class="difference-more quiet">{formatCount(open.length - shown.length, 'more difference')}</p>
      )}
      {explained.length === 0 ? null : (
        <details id="explained" open={explained.some((one) => differenceKey(one) === props.current)}>
          <summary>{formatCount(explained.length, 'explained difference')}</summary>
          <ul>
            {explained.slice(0, maxShown).map((difference) => (
              <DifferenceRow {...props} canDecide={false} difference={difference} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** Runs of the same change at the same pattern, in the order given. */
function groupByPattern(differences: readonly Difference[]): Difference[][] {
  const groups = new Map<string, Difference[]>();
  for (const difference of differences) {
    const { severity, kind, part, pattern } = difference;
    const key = JSON.stringify([severity, kind, part, pattern]);
    const group = groups.get(key);
    if (group) group.push(difference);
    else groups.set(key, [difference]);
  }
  return [...groups.values()];
}

function DifferenceGroup(props: DifferenceListProps & { readonly group: readonly Difference[]; readonly id: string }) {
  const { group, id, current } = props;
  const first = group[0]!;
  return (
    <details id={id} class="difference-group" open={group.some((one) => differenceKey(one) === current)}>
      <summary class="difference-main">
        <VerdictBadge verdict={first.severity} />
        <span class="difference-place">{visible(first.pattern)}</span>
        <span class="difference-values">
          <span class="quiet">{`${group.length} × ${first.kind}, such as `}</span>
          <Values {...first} />
        </span>
      </summary>
      <ul>
        {group.map((difference) => (
          <DifferenceRow {...props} difference={difference} />
        ))}
      </ul>
    </details>
  );
}

function DifferenceRow({
  check,
  review,
  current,
  canDecide,
  cluster,
  ofCluster,
  clusterNote,
  rules,
  laterRules,
  cassette,
  difference,
}: DifferenceListProps & { readonly difference: Difference }) {
  const key = differenceKey(difference);
  const decided = review?.differences.get(key);
  const isCurrent = key === current;
  const later = difference.severity === 'equivalent' ? undefined : laterRules.get(foundName(difference));
  const isFinding = difference.severity !== 'equivalent' && difference.part !== 'failure';
  const offersRule = rules === 'offered' && isFinding && later === undefined;
  return (
    <li
      class="difference"
      data-difference={key}
      data-of-cluster={ofCluster.has(key) ? '' : undefined}
      aria-current={isCurrent ? 'true' : undefined}
    >
      <a class="difference-main" href={reviewUrl(check.runId, { cluster, check: check.id, difference: key })} data-swap>
        <VerdictBadge verdict={difference.severity} />
        <span class="visually-hidden difference-words">{differenceWords(difference)}</span>
        <span class="difference-place" aria-hidden="true">
          {differencePlace(difference)}
        </span>
        <span class="difference-values" aria-hidden="true">
          <Values {...difference} />
        </span>
      </a>
      {difference.rule === undefined ? null : <RuleChip rule={difference.rule} cassette={cassette} />}
      {later === undefined ? null : <LaterRule rule={later} cassette={cassette} />}
      {decided === undefined ? null : <DecisionMark decision={decided.decision} />}
      {canDecide || offersRule ? (
        <span class="difference-actions">
          {offersRule ? <MakeRule {...{ check, cluster, difference, isCurrent }} /> : null}
          {canDecide ? (
            <>
              <DecideOne {...{ check, cluster, isCurrent }} difference={key} action="accept" />
              <DecideOne {...{ check, cluster, isCurrent }} difference={key} action="reject" />
            </>
          ) : null}
        </span>
      ) : null}
      {difference.note === undefined || difference.note === clusterNote ? null : (
        <p class="difference-note">{visible(difference.note)}</p>
      )}
    </li>
  );
}

function DecideOne(props: {
  readonly check: Check;
  readonly cluster: string | undefined;
  readonly difference: string;
  readonly action: 'accept' | 'reject';
  readonly isCurrent: boolean;
}) {
  const { check, cluster, difference, action } = props;
  const keys = action === 'accept' ? 'Shift+A' : 'Shift+X';
  const words = action === 'accept' ? 'Accept this difference' : 'Reject this difference';
  return (
    <form method="post" action={reviewUrl(check.runId)} data-swap>
      <input type="hidden" name="check" value={String(check.id)} />
      <input type="hidden" name="difference" value={difference} />
      {cluster === undefined ? null : <input type="hidden" name="cluster" value={cluster} />}
      <button
        class={`icon-button ${action}`}
        name="action"
        value={action}
        aria-label={words}
        title={words}
        data-key={cluster === undefined ? keys : undefined}
        aria-keyshortcuts={cluster === undefined && props.isCurrent ? keys : undefined}
      >
        <Icon name={action === 'accept' ? 'check' : 'cross'} />
      </button>
    </form>
  );
}
