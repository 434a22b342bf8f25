import type { Conduct, EffectFacts } from './effect-facts.ts';
import { type Evidence, isSameAnswer } from './effect-evidence.ts';
import type { Timeline, Write, WriteKind } from './effect-timeline.ts';
import { relationRules } from './relation.ts';
import { polledKinds } from './polled-posts.ts';
import type { Resource } from './resource.ts';

/** Names of requests that ask, for want of a method that says so. */
const askingWords =
  /(?:^|[^a-z])(?:autocomplete|browse|calculate|check|compute|count|estimate|evaluate|explain|facets?|filter|find|get|list|lookup|match|mget|msearch|preview|query|quote|read|resolve|search|select|suggest(?:ions?)?|validate)(?:[^a-z]|$)/;

/** What each exchange does before its answers are looked at: a rule says so, its GraphQL operation, or its method. */
export function declaredConduct(
  { treat, graphql, method }: EffectFacts,
  isUnsafe: (method: string) => boolean,
): Conduct {
  if (treat) return treat;
  if (!isUnsafe(method)) return 'read';
  if (graphql) return graphql.kind === 'mutation' ? 'write' : 'read';
  return 'write';
}

/**
 * Keys of POST requests that only read: asked at least twice with the same answer, none of it used later as something
 * issued, and nothing that was read elsewhere changed because of them. Methods that are repeatable by definition (PUT,
 * DELETE) answer alike while they write, so only POST comes into question.
 */
export function searchKeys(
  timeline: Timeline,
  evidence: Evidence,
  declared: ReadonlyMap<EffectFacts, Conduct>,
): ReadonlySet<string> {
  const asked = Map.groupBy(timeline.writes, ({ exchange }) => exchange.requestKey);
  const changing = [...asked.values()].filter((writes) => !answersAlike(writes));
  const found = new Set<string>();
  const bystanders = new Bystanders(timeline, evidence);
  for (const [key, writes] of asked) {
    if (writes.length < 2 || !writes.every(({ exchange }) => mayAsk(exchange)) || !answersAlike(writes)) continue;
    if (writes.some(({ exchange }) => exchange.treat !== undefined || declared.get(exchange) !== 'write')) continue;
    if (changing.some((others) => liesBetween(writes, others))) continue;
    if (bystanders.areLeftAlone(writes)) found.add(key);
  }
  for (const { writes } of polledKinds(timeline, mayAsk)) {
    if (writes.some(({ exchange }) => exchange.treat !== undefined || declared.get(exchange) !== 'write')) continue;
    if (bystanders.areLeftAlone(writes)) for (const { exchange } of writes) found.add(exchange.requestKey);
  }
  return found;
}

/** 200 with something to read; 201, 202 and 204 tell of something done. */
function mayAsk({ method, graphql, status, issuedValues }: EffectFacts): boolean {
  return method === 'POST' && !graphql && status === 200 && (issuedValues?.length ?? 0) === 0;
}

function answersAlike(writes: readonly Write[]): boolean {
  return writes.every(({ exchange }, i) => i === 0 || isSameAnswer(writes[i - 1]!.exchange, exchange));
}

/** Another request to the same address that was answered differently after one of these: it may read what they write. */
function liesBetween(writes: readonly Write[], others: readonly Write[]): boolean {
  const { resource } = writes[0]!;
  if (others[0]!.resource.template !== resource.template || others[0]!.resource.targetName !== resource.targetName) {
    return false;
  }
  return writes.some(({ order }) => others[0]!.order < order && order < others.at(-1)!.order);
}

/** By kinds, since a session may have as many keys as exchanges. */
class Bystanders {
  readonly #timeline: Timeline;
  readonly #evidence: Evidence;
  readonly #known = new Map<WriteKind, 'unchanged' | 'unrelated' | 'suspect'>();

  constructor(timeline: Timeline, evidence: Evidence) {
    this.#timeline = timeline;
    this.#evidence = evidence;
  }

  areLeftAlone(writes: readonly Write[]): boolean {
    const { kind, resource } = writes[0]!;
    let standing = this.#known.get(kind);
    if (!standing) this.#known.set(kind, (standing = this.#standingOf(kind)));
    switch (standing) {
      case 'unchanged':
        return !writes.some((write) => this.#evidence.isDoubtful(write));
      // Nothing speaks against it but that it is not known to be harmless: its name decides.
      case 'unrelated':
        return isAsking(resource);
      case 'suspect':
        return false;
      default:
        return standing satisfies never;
    }
  }

  #standingOf(write: WriteKind): 'unchanged' | 'unrelated' | 'suspect' {
    let standing: 'unchanged' | 'unrelated' = 'unchanged';
    for (const kind of this.#timeline.readKinds) {
      const { relation, depth } = this.#evidence.pair(write, { kind });
      for (const one of depth === undefined ? [relation] : ([relation, 'sibling'] as const)) {
        if (!this.#evidence.changes(write, { kind }, one)) continue;
        if (relationRules[one].rank >= 2 || this.#evidence.isBlamed(write, { kind }, one)) return 'suspect';
        standing = 'unrelated';
      }
    }
    return standing;
  }
}

function isAsking({ segments }: Resource): boolean {
  const last = segments.at(-1) ?? '';
  return askingWords.test(last.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase());
}
