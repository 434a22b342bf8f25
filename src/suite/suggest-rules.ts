import { AppliedRule } from '../compare/rule-rulings.ts';
import { type Expectation, ruleCandidates } from '../compare/rule-candidates.ts';
import type { ComparedValues, FoundDifference } from '../compare/rulings.ts';
import { compileCompareRules, type NamedCompareRule } from '../model/compare-rule-set.ts';
import { formatCompareRuleLine, parseCompareRuleLine } from '../model/compare-rule-grammar.ts';
import type { CompareRule } from '../model/compare-rule.ts';
import type { RuleScope } from '../model/match-rule.ts';
import { isInScope, pathSegments } from '../model/rule-scope.ts';
import { RuleProblem } from '../model/rule-problem.ts';
import { isOfServer, parseServerScope, formatServerScope } from '../model/server-scope.ts';
import { originForm } from '../model/target.ts';
import type { Difference } from '../model/verdict.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import type { RunStore } from '../store/run-store.ts';
import { foundName, judgeAgain, type PastCheck } from './judge-again.ts';

export interface PastAnswer extends PastCheck {
  readonly reader: CassetteReads;
  readonly runStore: RunStore;
}

/** A rule that explains a difference: it was tried. */
export interface RuleSuggestion {
  readonly rule: CompareRule;
  /** Of the differences of this answer that are alike. */
  readonly explains: number;
}

export interface RuleSuggestions {
  /** The narrowest first. */
  readonly rules: readonly RuleSuggestion[];
  /** Differences of this answer of the same kind at the same place, any element for each of an array. */
  readonly alike: number;
}

/** Of more than these nothing new is learned. */
const mostAlike = 200;

/** Rules for the kind of requests the answer is to that explain the difference; none where rules cannot. */
export function suggestRules(answer: PastAnswer, difference: Difference): RuleSuggestions {
  const scope = endpointScope(answer);
  const all = findAgain(answer);
  const wanted = all.find(({ found }) => foundName(found) === foundName(difference));
  if (!wanted || !scope) return { rules: [], alike: 0 };
  const alike = all.filter(({ found }) => shapeOf(found) === shapeOf(wanted.found)).slice(0, mostAlike);
  const rules = ruleCandidates(wanted.found).flatMap((strengths) => {
    let best: RuleSuggestion | undefined;
    for (const rule of strengths.flatMap((expectation) => writable(expectation, scope))) {
      const on = appliedTo(rule, wanted.values);
      if (on.decide(wanted.found)?.rule === undefined) continue;
      const explains = alike.filter(({ found }) => on.decide(found)?.rule !== undefined).length;
      if (!best || explains > best.explains) best = { rule, explains };
      if (explains === alike.length) break;
    }
    return best ? [best] : [];
  });
  return { rules, alike: alike.length };
}

/** What a rule says of one difference of an answer: that it explains it, why it does not, or nothing. */
export type RuleAnswer =
  | { readonly kind: 'explains' }
  | { readonly kind: 'objects'; readonly note: string }
  | { readonly kind: 'silent' };

export function tryRule(answer: PastAnswer, difference: Difference, rule: CompareRule): RuleAnswer {
  const said = askRules(answer, [{ name: 'it', rule }]).get(foundName(difference));
  if (said === undefined) return { kind: 'silent' };
  return said.rule === undefined ? { kind: 'objects', note: said.note } : { kind: 'explains' };
}

/** Names of the rules that explain differences of an answer, by `foundName`. */
export function explainedBy(answer: PastAnswer, rules: readonly NamedCompareRule[]): ReadonlyMap<string, string> {
  const said = rules.length === 0 ? new Map<string, never>() : askRules(answer, rules);
  return new Map(Array.from(said).flatMap(([name, { rule }]) => (rule === undefined ? [] : [[name, rule]])));
}

/** What the first rule that explains it says of each difference, else the first that says anything. */
function askRules(
  answer: PastAnswer,
  rules: readonly NamedCompareRule[],
): ReadonlyMap<string, NonNullable<ReturnType<AppliedRule['decide']>>> {
  const { method, target } = answer.exchange.request;
  const server = answer.exchange.targetName;
  const asked = compileCompareRules(rules).rulesFor({ method, path: originForm(target), server });
  const said = new Map<string, NonNullable<ReturnType<AppliedRule['decide']>>>();
  if (asked.length === 0) return said;
  judgeAgain({
    ...answer,
    listener: (values) => {
      const applied = asked.map((rule) => new AppliedRule(rule, values));
      return (found) => {
        const answers = applied.flatMap((rule) => rule.decide(found) ?? []);
        const first = answers.find(({ rule }) => rule !== undefined) ?? answers[0];
        if (first) said.set(foundName(found), first);
      };
    },
  });
  return said;
}

interface FoundAgain {
  readonly found: FoundDifference;
  readonly values: () => ComparedValues;
}

function findAgain(answer: PastAnswer): FoundAgain[] {
  const all: FoundAgain[] = [];
  const copy = (keys: FoundDifference['keys']) => keys && [...keys];
  judgeAgain({
    ...answer,
    listener: (values) => (found) => {
      const { keys, freshKeys, ...rest } = found;
      const places = { ...(keys && { keys: copy(keys) }), ...(freshKeys && { freshKeys: copy(freshKeys) }) };
      all.push({ found: { ...rest, ...places } as FoundDifference, values });
    },
  });
  return all;
}

function appliedTo(rule: CompareRule, values: () => ComparedValues): AppliedRule {
  const [compiled] = compileCompareRules([{ name: 'it', rule }]).rules;
  return new AppliedRule(compiled!, values);
}

function shapeOf({ part, path, kind, keys }: FoundDifference): string {
  return JSON.stringify([part, kind, keys?.map((key) => (typeof key === 'number' ? '*' : key)) ?? path]);
}

/** Method and path template; of several servers also which. Undefined where a path cannot be written in a rule. */
function endpointScope({ check, session, exchange: { request, targetName } }: PastCheck): RuleScope | undefined {
  const host = session.targets.length > 1 ? { host: targetName } : {};
  const { method } = request;
  const path = pathSegments(originForm(request.target));
  const scopes = [check.template.split(' ', 1)[0]!, originForm(request.target)].map((template): RuleScope => {
    return { method, ...host, path: pathSegments(template) };
  });
  return [...scopes, { method, ...host, path: undefined }].find((scope) => {
    const read = parseServerScope(formatServerScope(scope));
    return read.kind === 'scope' && isOfServer(read.scope, targetName) && isInScope(read.scope, method, path);
  });
}

/** A rule that can be written on a line and comes back from it as it was. */
function writable({ place, matcher }: Expectation, scope: RuleScope): CompareRule[] {
  const line = formatCompareRuleLine({ scope, place, matcher });
  try {
    const rule = parseCompareRuleLine(line);
    return formatCompareRuleLine(rule) === line ? [rule] : [];
  } catch (thrown) {
    if (thrown instanceof RuleProblem) return [];
    throw thrown;
  }
}
