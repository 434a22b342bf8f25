import { visible } from '../base/log.ts';
import type { Check } from '../model/run.ts';
import { differenceKey } from '../review/fold.ts';
import type { ReviewGroup } from '../review/review-groups.ts';
import { Icon } from '../views/icon.tsx';
import { groupDigits } from '../views/quantities.ts';
import { VerdictBadge } from '../views/verdict-badge.tsx';
import { groupWords } from './group-words.ts';
import { differenceRuleUrl, reviewUrl } from './links.ts';
import { Values } from './values.tsx';

export interface GroupHeadProps {
  readonly runId: number;
  readonly group: ReviewGroup;
  /** The one in view. */
  readonly check: Check;
  /** May a rule be made of it? Only an answer that was kept can be tried. */
  readonly rules: 'offered' | 'none';
}

/** The cluster in view: what it is, examples of it, and the way through the checks it is in. */
export function GroupHead({ runId, group, check, rules }: GroupHeadProps) {
  const { place, facts, scope } = groupWords(group);
  const { cluster, items } = group;
  const at = items.findIndex((item) => item.check.id === check.id);
  const first = items[at]?.differences[0];
  const samples = cluster && cluster.changes > 1 ? cluster.samples : [];
  return (
    <section class="group-head" aria-label="Cluster in view">
      <div class="group-title">
        <VerdictBadge verdict={group.severity} />
        <strong class="group-place">{place}</strong>
        <span class="group-actions">
          {rules === 'none' || first === undefined || first.part === 'failure' ? null : (
            <a
              class="button"
              href={differenceRuleUrl(
                runId,
                { cluster: group.key, check: check.id, difference: differenceKey(first) },
                'first',
              )}
            >
              <Icon name="rule" />
              <span>Rule…</span>
              <kbd aria-hidden="true">i</kbd>
            </a>
          )}
          <ItemLinks group={group} runId={runId} at={at} />
        </span>
      </div>
      <p class="facts">
        {scope === undefined ? null : <code>{scope}</code>}
        <span>{facts}</span>
      </p>
      {samples.length === 0 ? null : (
        <ul class="group-samples" aria-label="Examples">
          {samples.map((sample) => (
            <li class="difference-values">
              <Values {...sample} kind={cluster!.kind} />
            </li>
          ))}
        </ul>
      )}
      {cluster?.note === undefined ? null : <p class="difference-note">{visible(cluster.note)}</p>}
    </section>
  );
}

function ItemLinks({ group, runId, at }: Pick<GroupHeadProps, 'group' | 'runId'> & { readonly at: number }) {
  const { items, key } = group;
  if (items.length < 2) return null;
  const previous = items[at - 1]?.check.id;
  const next = items[at + 1]?.check.id;
  return (
    <span class="item-links">
      <StepLink
        step="previous"
        href={previous === undefined ? undefined : reviewUrl(runId, { cluster: key, check: previous })}
      />
      <span>{`check ${groupDigits(at + 1)} of ${groupDigits(items.length)}`}</span>
      <StepLink step="next" href={next === undefined ? undefined : reviewUrl(runId, { cluster: key, check: next })} />
    </span>
  );
}

function StepLink({ step, href }: { readonly step: 'previous' | 'next'; readonly href: string | undefined }) {
  const icon = <Icon name={step === 'next' ? 'right' : 'left'} />;
  const words = `${step === 'next' ? 'Next' : 'Previous'} check of this cluster`;
  if (href === undefined) {
    return (
      <span class="icon-button disabled" aria-hidden="true">
        {icon}
      </span>
    );
  }
  return (
    <a class="icon-button" href={href} data-swap data-step={step} aria-label={words} title={words}>
      {icon}
    </a>
  );
}
