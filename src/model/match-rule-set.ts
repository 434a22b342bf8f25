import { compileJsonPath, type JsonPath } from './json-path.ts';
import type { MatchRule, RuleScope } from './match-rule.ts';
import { RuleProblem } from './rule-problem.ts';
import { isInScope, pathSegments } from './rule-scope.ts';
import { isOfServer, variableOf } from './server-scope.ts';
import { decodeComponent } from './url-text.ts';

/** What decides whether a rule is about a request. */
export interface ScopedRequest {
  readonly method: string;
  /** As sent; a query behind it does not count. */
  readonly path: string;
  /** Name of the server it is for: a target's name, or `host:port` of a forward proxy. */
  readonly server?: string;
}

/** A rule, ready to be applied. */
export interface CompiledRule {
  readonly rule: MatchRule;
  /** Of `path NAME`: which segment of the path that is, from 0. */
  readonly segment?: number;
  /** Of `json JSONPATH`. */
  readonly jsonPath?: JsonPath;
}

/** Rules, ready to be asked for those that are about a request. Made once. */
export interface MatchRuleSet {
  /** All of them, in their order. */
  readonly rules: readonly CompiledRule[];
  /**
   * Those about a request, in their order. Requests that the same rules are about get the same list, the very object, so
   * that whatever is made of it can be kept beside it.
   */
  readonly rulesFor: (request: ScopedRequest) => readonly CompiledRule[];
}

const none: readonly CompiledRule[] = Object.freeze([]);

/** For all who have no rules: costs nothing. */
export const noMatchRules: MatchRuleSet = { rules: none, rulesFor: () => none };

/** Throws RuleProblem for a rule that was not parsed and holds no JSONPath where one should be. */
export function compileMatchRules(rules: readonly MatchRule[]): MatchRuleSet {
  if (rules.length === 0) return noMatchRules;
  const compiled = rules.map(compileRule);
  const firsts = new Set(rules.map(({ scope }) => firstOf(scope)));
  const nearby = new Map<string, readonly number[]>();
  const lists = new Map<string, readonly CompiledRule[]>();
  /** Rules that method and first segment do not rule out: of many rules few are left to be looked at. */
  const rulesNear = (method: string, segments: readonly string[] | undefined): readonly number[] => {
    const sent = segments === undefined ? undefined : decodeComponent(segments[0]!);
    const first = firsts.has(sent) ? sent : undefined;
    const place = `${method} ${first === undefined ? '' : `/${first}`}`;
    const known = nearby.get(place);
    if (known) return known;
    const found = [...rules.keys()].filter((i) => {
      const { scope } = rules[i]!;
      const wanted = firstOf(scope);
      return (scope.method === '*' || scope.method === method) && (wanted === undefined || wanted === first);
    });
    // Methods come from outside: names nobody wrote a rule for must not fill memory.
    if (nearby.size < mostPlaces) nearby.set(place, found);
    return found;
  };
  const rulesFor = ({ method, path, server }: ScopedRequest): readonly CompiledRule[] => {
    const segments = pathSegments(path);
    const found = rulesNear(method, segments).filter((i) => {
      const { scope } = rules[i]!;
      return isOfServer(scope, server) && isInScope(scope, method, segments);
    });
    if (found.length === 0) return none;
    const key = found.join();
    const known = lists.get(key);
    if (known) return known;
    const list = found.map((i) => compiled[i]!);
    if (lists.size < mostLists) lists.set(key, list);
    return list;
  };
  return { rules: compiled, rulesFor };
}

/** Methods times first segments that rules name; beyond it lists are made anew. */
const mostPlaces = 10_000;
/** As many different sets of overlapping rules as anybody writes; beyond it lists are made anew. */
const mostLists = 10_000;

function compileRule(rule: MatchRule): CompiledRule {
  if (rule.action === 'treat') return { rule };
  const { place } = rule;
  if (place.kind === 'segment') {
    const segment = (rule.scope.path ?? []).findIndex((text) => variableOf(text) === place.name);
    return segment === -1 ? { rule } : { rule, segment };
  }
  if (place.kind !== 'json') return { rule };
  const jsonPath = compileJsonPath(place.path);
  if (jsonPath.ok) return { rule, jsonPath };
  throw new RuleProblem(`JSONPath ${place.path}: ${jsonPath.problem}`, { hint: 'write a JSONPath (RFC 9535)' });
}

/** The text that a path in scope begins with, decoded; undefined where any may stand. */
function firstOf({ path }: RuleScope): string | undefined {
  const first = path?.[0];
  return first === undefined || /^[*{]/.test(first) ? undefined : decodeComponent(first);
}
