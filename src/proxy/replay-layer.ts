import type { RawHeaders } from '../model/headers.ts';
import { type CompiledRule, type MatchRuleSet, noMatchRules } from '../model/match-rule-set.ts';
import type { Session } from '../model/session.ts';
import { splitTarget } from '../match/canonical-request.ts';
import { type RequestKey, requestKey } from '../match/request-key.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';
import type { ReplayIndex } from '../store/replay-index.ts';
import { CandidateLists } from './candidate-lists.ts';
import { KeyCache } from './key-cache.ts';
import type { Roles } from './lane-finder.ts';
import { RecordingCache } from './recording-cache.ts';
import { masksUnder } from './request-masks.ts';
import type { RequestBody } from './request-body.ts';

/** A session that is replayed. */
export interface LayerSource {
  readonly reader: CassetteReader;
  /** Short name, for addresses. */
  readonly cassette: string;
  readonly session: Session;
  /** The match rules it is replayed under; none by default. */
  readonly rules?: MatchRuleSet;
  /** Where to look its recordings up; a session that is still being recorded has no index yet. */
  readonly lookup?: ReplayIndex;
}

/** One session with what replaying it needs. */
export interface Layer extends LayerSource {
  /** Its place among the layers; the first one with a candidate wins. */
  readonly index: number;
  readonly cache: RecordingCache;
  readonly lists: CandidateLists;
  readonly keys: KeyCache<IncomingRequest, RequestKey>;
}

export interface IncomingRequest {
  readonly targetName: string;
  readonly method: string;
  readonly target: string;
  readonly headers: RawHeaders;
  readonly trailers: RawHeaders;
  readonly body: RequestBody;
  readonly lane: string;
  /** Whose part the client plays: recorded credentials by place. */
  readonly parts?: Roles;
  /** Nothing said which of several lanes it is in, and it makes a difference. */
  readonly isGuess?: boolean;
  /** The client wants to switch to another protocol. */
  readonly asksSwitch?: true;
}

/** What each session needs to be replayed; sessions of one cassette share its cache, those of the same rules their keys. */
export function layersOf(sources: readonly LayerSource[], cacheBytes?: number): Layer[] {
  const caches = new Map<CassetteReader, RecordingCache>();
  const keysUnder = new Map<MatchRuleSet, Layer['keys']>();
  return sources.map((layer, index) => {
    const cache = caches.get(layer.reader) ?? new RecordingCache(layer.reader, cacheBytes);
    caches.set(layer.reader, cache);
    const { rules = noMatchRules } = layer;
    const keys = keysUnder.get(rules) ?? requestKeys(rules);
    keysUnder.set(rules, keys);
    return { ...layer, index, cache, keys, lists: new CandidateLists(layer) };
  });
}

/** The match rules about a request, under those of a session. */
export function rulesFor(
  rules: MatchRuleSet,
  { method, target, targetName }: IncomingRequest,
): readonly CompiledRule[] {
  if (rules.rules.length === 0) return rules.rules;
  return rules.rulesFor({ method, path: splitTarget(target).path, server: targetName });
}

/** The key of a request under the match rules about it. */
export function keyUnder(request: IncomingRequest, rules: readonly CompiledRule[]): RequestKey {
  return requestKey(request, masksUnder(request, rules), rules);
}

function requestKeys(rules: MatchRuleSet): Layer['keys'] {
  return new KeyCache({
    compute: (request: IncomingRequest) => keyUnder(request, rulesFor(rules, request)),
    headers: namedHeaders(rules),
  });
}

/** All that any rule names: a later one that takes a header back is perhaps about other requests. */
function namedHeaders({ rules }: MatchRuleSet): readonly string[] {
  const names = new Set<string>();
  for (const { rule } of rules) {
    if (rule.action === 'treat') continue;
    if (rule.place.kind === 'header') names.add(rule.place.name);
    if (rule.place.kind === 'cookie') names.add('cookie');
  }
  return [...names];
}
