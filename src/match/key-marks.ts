import { jsonPathPlaces } from '../model/json-path.ts';
import type { JsonNode } from '../model/json-tree.ts';
import type { RulePlace } from '../model/match-rule.ts';
import type { CompiledRule } from '../model/match-rule-set.ts';
import { parsePlace } from '../model/place.ts';
import { findVolatiles } from '../model/volatile-tokens.ts';
import { type MarkKind, type Mask, type Marks, MaskSet, leftOut, markedText } from './mask-set.ts';

/** The rules about one kind of request, sorted by what they decide. Made once for each list of rules. */
export interface PreparedRules {
  /** Whole parts that do not count. */
  readonly ignored: ReadonlySet<RulePlace['kind']>;
  /** Headers and cookies that count, in lower case (headers), sorted. */
  readonly headers: readonly string[];
  readonly cookies: readonly string[];
  readonly treat: 'read' | 'write' | undefined;
  /** What single values are decided by, by `KIND:NAME`. */
  readonly byPlace: ReadonlyMap<string, ValueRule>;
  readonly json: readonly CompiledRule[];
  readonly kinds: ReadonlySet<MarkKind>;
}

/** `undefined`: the value counts after all, whatever an earlier rule said. */
type ValueRule = 'ignore' | { readonly as: string } | undefined;

const prepared = new WeakMap<readonly CompiledRule[], PreparedRules>();

/** Of several rules about one place the last one counts. */
export function prepareRules(rules: readonly CompiledRule[]): PreparedRules {
  let known = prepared.get(rules);
  if (!known) {
    known = prepare(rules);
    prepared.set(rules, known);
  }
  return known;
}

function prepare(rules: readonly CompiledRule[]): PreparedRules {
  const ignored = new Set<RulePlace['kind']>();
  const headers = new Set<string>();
  const cookies = new Set<string>();
  const byPlace = new Map<string, ValueRule>();
  const json: CompiledRule[] = [];
  let treat: PreparedRules['treat'];
  for (const compiled of rules) {
    const { rule, segment } = compiled;
    if (rule.action === 'treat') {
      treat = rule.as;
      continue;
    }
    const { place } = rule;
    const decision: ValueRule =
      rule.action === 'type' ? { as: rule.as } : rule.action === 'ignore' ? 'ignore' : undefined;
    switch (place.kind) {
      case 'json':
        json.push(compiled);
        break;
      case 'segment':
        if (segment !== undefined) byPlace.set(`path:${segment}`, decision);
        break;
      case 'header':
      case 'cookie': {
        const names = place.kind === 'header' ? headers : cookies;
        if (decision === 'ignore') names.delete(place.name);
        else names.add(place.name);
        byPlace.set(`${place.kind}:${place.name}`, decision);
        break;
      }
      case 'query':
      case 'form':
        if ('name' in place) byPlace.set(`${place.kind}:${place.name}`, decision);
        else setPart(ignored, place.kind, decision);
        break;
      default:
        setPart(ignored, place.kind, decision);
    }
  }
  const kinds = new Set<MarkKind>();
  for (const place of byPlace.keys()) kinds.add(place.slice(0, place.indexOf(':')) as MarkKind);
  if (json.length > 0) kinds.add('json');
  return {
    ignored,
    headers: [...headers].toSorted(),
    cookies: [...cookies].toSorted(),
    treat,
    byPlace,
    json,
    kinds,
  };
}

function setPart(ignored: Set<RulePlace['kind']>, kind: RulePlace['kind'], decision: ValueRule): void {
  if (decision === 'ignore') ignored.add(kind);
  else ignored.delete(kind);
}

/** A value that a rule lets differ within its class. */
export interface TypedValue {
  readonly place: string;
  readonly value: string;
}

/** Secrets and match rules together: what stands in a request key. */
export class KeyMarks implements Marks {
  readonly #masks: MaskSet;
  readonly #rules: PreparedRules;
  /** Selected by rules in the document at hand, by pointer. */
  #selected: ReadonlyMap<string, ValueRule> = new Map();
  /** Values that differ by a rule, in the order of the canonical form. */
  readonly typed: TypedValue[] = [];

  constructor(masks: readonly Mask[], rules: readonly CompiledRule[]) {
    this.#masks = new MaskSet(masks);
    this.#rules = prepareRules(rules);
  }

  /** How many of the slots a rule lets count by their values; they are the last ones. */
  named = 0;

  get slots(): string[] {
    return this.#masks.slots;
  }

  get rules(): PreparedRules {
    return this.#rules;
  }

  has(kind: MarkKind): boolean {
    return this.#masks.has(kind) || this.#rules.kinds.has(kind);
  }

  document(text: string, root: JsonNode): void {
    const selected = new Map<string, ValueRule>();
    for (const { rule, jsonPath } of this.#rules.json) {
      if (rule.action === 'treat' || !jsonPath) continue;
      const decision = rule.action === 'type' ? { as: rule.as } : rule.action === 'ignore' ? 'ignore' : undefined;
      for (const pointer of jsonPathPlaces(jsonPath, { text, root })) selected.set(pointer, decision);
    }
    this.#selected = selected;
  }

  isLeftOut(place: string): boolean {
    return place.startsWith('json:') && this.#selected.get(place.slice('json:'.length)) === 'ignore';
  }

  take(place: string, value: string): string | undefined {
    const mask = this.#masks.take(place, value);
    if (mask !== undefined) {
      if (place.startsWith('header:') || place.startsWith('cookie:')) this.named += 1;
      return mask;
    }
    const rule = this.#ruleAt(place);
    if (rule === undefined) return undefined;
    if (rule === 'ignore') return leftOut;
    if (!isOfClass(value, rule.as)) return undefined;
    this.typed.push({ place, value });
    return `${typeMark}${rule.as}`;
  }

  #ruleAt(place: string): ValueRule {
    if (place.startsWith('json:')) return this.#selected.get(place.slice('json:'.length));
    const parsed = parsePlace(place);
    return parsed && this.#rules.byPlace.get(`${parsed.kind}:${parsed.name}`);
  }
}

/** Neither a value nor a mask, which goes on with a name in capitals. */
const typeMark = '\0\0:';

/** How a mark is shown to people: a secret by its name, a typed value by what a rule lets it be. */
export function shownMark(mark: string): string {
  if (!mark.startsWith(typeMark)) return markedText(mark);
  const as = mark.slice(typeMark.length);
  return as === 'any' ? 'any value' : `any ${as}`;
}

function isOfClass(value: string, as: string): boolean {
  if (as === 'any') return true;
  const [token, ...more] = findVolatiles(value);
  return (
    token !== undefined && more.length === 0 && token.class === as && token.start === 0 && token.end === value.length
  );
}
