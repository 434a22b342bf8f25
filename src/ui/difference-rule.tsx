import { visible } from '../base/log.ts';
import { sharedClass } from '../compare/value-fit.ts';
import { type JsonValue, parseJsonValue } from '../model/json-value.ts';
import type { Check } from '../model/run.ts';
import type { Difference } from '../model/verdict.ts';
import type { VolatileClass } from '../model/volatile-class.ts';
import { differenceKey } from '../review/fold.ts';
import { Icon } from '../views/icon.tsx';
import { cassetteRulesUrl, differenceRuleUrl } from './links.ts';

/** What explains a difference. Rules that people keep have a page; what always counts has only its name. */
export function RuleChip({ rule, cassette }: { readonly rule: string; readonly cassette: string }) {
  return isKept(rule) ? (
    <a class="chip" href={ruleUrl(cassette, rule)}>
      {rule}
    </a>
  ) : (
    <span class="chip">{ruleWords(rule)}</span>
  );
}

/** A rule that was kept since the run. */
export function LaterRule({ rule, cassette }: { readonly rule: string; readonly cassette: string }) {
  return <a class="chip" href={ruleUrl(cassette, rule)}>{`${rule} from the next run on`}</a>;
}

function isKept(rule: string): boolean {
  return /^(?:config rule|rule|calibration) \d+$/.test(rule);
}

function ruleUrl(cassette: string, rule: string): string {
  return `${cassetteRulesUrl(cassette)}#${rule.replaceAll(' ', '-')}`;
}

/** To the page where the difference becomes a rule; of values of one class, beginning with the rule that says so. */
export function MakeRule(props: {
  readonly check: Check;
  readonly cluster: string | undefined;
  readonly difference: Difference;
  readonly isCurrent: boolean;
}) {
  const { check, cluster, difference, isCurrent } = props;
  const place = { cluster, check: check.id, difference: differenceKey(difference) };
  const volatile = volatileClass(difference);
  return (
    <>
      {volatile === undefined ? null : (
        <a
          class="chip suggestion"
          href={differenceRuleUrl(check.runId, place, 'volatile')}
          title={`A rule: another ${volatile} is as good  v`}
          data-key="v"
          aria-keyshortcuts={isCurrent ? 'v' : undefined}
        >
          {volatile}?
        </a>
      )}
      <a
        class="icon-button"
        href={differenceRuleUrl(check.runId, place, 'first')}
        aria-label="Rule for this difference…"
        title="Rule for this difference…  i"
        data-key="i"
        aria-keyshortcuts={isCurrent ? 'i' : undefined}
      >
        <Icon name="rule" />
      </a>
    </>
  );
}

/** The class that both values are of, as far as their texts show it. */
function volatileClass({ part, path, kind, before, after }: Difference): VolatileClass | undefined {
  if (kind !== 'changed' || before === undefined || after === undefined) return undefined;
  const isJson = part === 'body' || part === 'event';
  const name = /([\p{L}\p{N}_-]+)[^\p{L}\p{N}_-]*$/u.exec(path)?.[1];
  const pair = isJson ? { before: jsonOf(before), after: jsonOf(after) } : { before, after };
  return pair.before === undefined || pair.after === undefined
    ? undefined
    : sharedClass({ before: pair.before, after: pair.after }, name);
}

/** A text that was cut has no value. */
function jsonOf(text: string): JsonValue | undefined {
  const parsed = parseJsonValue(text);
  return parsed.ok ? parsed.value : undefined;
}

function ruleWords(rule: string): string {
  switch (rule) {
    case 'renaming':
      return 'same value under its new name';
    case 'clock':
      return 'time of the run';
    case 'default-header':
      return 'header that always changes';
    default:
      return visible(rule);
  }
}
