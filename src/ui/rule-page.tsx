import { visible } from '../base/log.ts';
import { formatMatcherWords } from '../model/compare-matcher.ts';
import { formatCompareRuleLine } from '../model/compare-rule-grammar.ts';
import type { CompareMatcher } from '../model/compare-rule.ts';
import type { Check } from '../model/run.ts';
import type { Difference } from '../model/verdict.ts';
import type { RuleAnswer, RuleSuggestions } from '../suite/suggest-rules.ts';
import { differencePlace, differenceWords } from '../views/difference-words.ts';
import { Icon } from '../views/icon.tsx';
import { VerdictBadge } from '../views/verdict-badge.tsx';
import { reviewUrl, runUrl } from './links.ts';
import { RuleForm, type RuleFormProps } from './rule-form.tsx';
import { Values } from './values.tsx';

export interface RulePageProps {
  readonly check: Check;
  readonly difference: Difference;
  readonly suggestions: RuleSuggestions;
  /** What the rule in the form says of the difference. */
  readonly answer: RuleAnswer | undefined;
  readonly form: RuleFormProps;
}

/** From a difference in a review to a rule that explains it: proposals that were tried, and what each would hide. */
export function RulePage({ check, difference, suggestions, answer, form }: RulePageProps) {
  const { runId } = check;
  return (
    <div class="rule-page">
      <nav class="crumbs" aria-label="Where this is">
        <a href="/runs">Runs</a>
        <a href={runUrl(runId)}>{runId}</a>
        <a href={form.back ?? reviewUrl(runId)}>Review</a>
        <span>Rule</span>
      </nav>
      <div class="page-head">
        <h1>A rule for this difference</h1>
        <p class="quiet target">
          {visible(check.method)} {visible(check.target)}
        </p>
      </div>
      <section class="panel" aria-label="The difference">
        <p class="difference-main">
          <VerdictBadge verdict={difference.severity} />
          <span class="visually-hidden">{differenceWords(difference)}</span>
          <span class="difference-place" aria-hidden="true">
            {differencePlace(difference)}
          </span>
          <span class="difference-values" aria-hidden="true">
            <Values {...difference} />
          </span>
        </p>
      </section>
      <Suggestions form={form} suggestions={suggestions} />
      {answer === undefined || answer.kind === 'explains' ? null : (
        <p class="notice warn">
          <Icon name="warning" />
          <span>
            {answer.kind === 'silent'
              ? 'The rule below is not about this difference.'
              : `The rule below does not explain this difference: ${visible(answer.note)}.`}
          </span>
        </p>
      )}
      <RuleForm {...form} />
    </div>
  );
}

function Suggestions({ form, suggestions: { rules, alike } }: Pick<RulePageProps, 'form' | 'suggestions'>) {
  if (rules.length === 0) {
    return (
      <p class="notice info">
        <Icon name="search" />
        <span>No rule can be proposed for this difference: rules speak of headers, cookies and values in bodies.</span>
      </p>
    );
  }
  const current = form.draft.kind === 'rule' ? form.draft.line : undefined;
  return (
    <section aria-labelledby="suggestions-title">
      <h2 id="suggestions-title" class="section-title">
        What would explain it, the narrowest first
      </h2>
      <ul class="panel rule-suggestions">
        {rules.map(({ rule, explains }) => {
          const line = formatCompareRuleLine(rule);
          const href = `${form.action}?${new URLSearchParams({ ...form.place, rule: line })}`;
          return (
            <li>
              <a href={href} aria-current={line === current ? 'true' : undefined}>
                <strong>{matcherWords(rule.matcher)}</strong>
                <code>{visible(line)}</code>
                <span class="quiet">
                  {alike === 1 ? 'explains it' : `explains ${explains} of ${alike} alike in this answer`}
                </span>
              </a>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** What a rule allows, as a person says it. */
function matcherWords(matcher: CompareMatcher): string {
  switch (matcher.kind) {
    case 'ignore':
      return 'Ignore it completely';
    case 'type':
      return 'Any value of the same type';
    case 'volatile':
      return matcher.class === 'any' ? 'Any value' : `Another ${matcher.class}`;
    case 'tolerance':
      return `Near enough: ${formatMatcherWords(matcher)}`;
    case 'unordered':
      return 'Any order';
    case 'length':
      return matcher.min === undefined ? 'As many as before, whichever' : 'At least one, whichever';
    case 'regex':
      return formatMatcherWords(matcher);
    default:
      return matcher satisfies never;
  }
}
