import type { Bindings } from '../match/bindings.ts';
import { canonicalPairs, splitTarget } from '../match/canonical-request.ts';
import { isIdentity, kindOf, type Renamed } from '../match/fit-shape.ts';
import { prepareRules } from '../match/key-marks.ts';
import { MaskSet } from '../match/mask-set.ts';
import type { TypedValue } from '../match/key-marks.ts';
import { requestKey } from '../match/request-key.ts';
import { decodeContent } from '../model/content-coding.ts';
import { responseOf } from '../model/exchange.ts';
import { headerValues, type RawHeaders } from '../model/headers.ts';
import { type CompiledRule, noMatchRules } from '../model/match-rule-set.ts';
import { parsePlace } from '../model/place.ts';
import { findVolatiles, type VolatileToken } from '../model/volatile-tokens.ts';
import { findRequestSecrets } from '../redact/redactor.ts';
import type { EchoedValue } from '../store/replay-index.ts';
import type { AnswerEditing } from './answer-body.ts';
import { type Replacement, ValueReplacer } from './answer-edits.ts';
import { recordedRequest } from './recorded-request.ts';
import type { Recording } from './recording-cache.ts';
import type { Hit } from './replay-found.ts';
import { type IncomingRequest, rulesFor } from './replay-layer.ts';
import { masksUnder } from './request-masks.ts';

/** Shorter ones are words and small numbers, which stand in an answer for other reasons. */
const minEchoedLength = 6;

/** What of an answer carries values of the client, and which they are. */
export interface Echo {
  readonly editing: AnswerEditing;
  /** Values that a `type` rule let differ: the client's now stand for the recorded ones. */
  readonly renamed: readonly Renamed[];
}

/** Finds out, for each request, which recorded values of its answer the client has other values for. */
export class EchoFinder {
  /** By recording, for as long as it is held: values of its request's headers that its answer repeats. */
  readonly #echoed = new WeakMap<Recording, readonly EchoedValue[]>();
  /** By recording: every value of a volatile class in its answer. */
  readonly #answered = new WeakMap<Recording, ReadonlySet<string>>();

  /** `undefined`: nothing; what an exact match without bindings costs is a look at its header names. */
  find(request: IncomingRequest, hit: Hit): Echo | undefined {
    const rules = rulesFor(hit.layer.rules ?? noMatchRules, request);
    const renamed = this.#typedOf(request, hit, rules);
    const brought: Replacement[] = [...hit.renamed, ...renamed].map(({ recorded, incoming }) => ({
      recorded: plain(recorded),
      now: plain(incoming),
    }));
    const echoed = hasOwnHeader(request.headers) ? this.#headersOf(request, hit) : [];
    const ignored = rules.length === 0 ? [] : ignoredValues(request, hit, rules);
    const { bindings } = hit.lane;
    if (brought.length + echoed.length + ignored.length === 0 && bindings.size === 0) return undefined;
    const secrets = echoed.length + ignored.length === 0 ? noSecrets : secretsOf(request);
    const found = [...brought, ...withoutSecrets([...echoed, ...ignored], secrets)];
    // Named here first, it may be asked for later.
    for (const { recorded, incoming, isIdentity: names } of renamed) if (names) bind(bindings, recorded, incoming);
    for (const { recorded, now, names } of echoed) if (names && !secrets.has(now)) bind(bindings, recorded, now);
    found.push(...this.#boundIn(hit.recording, bindings));
    const differing = found.filter(({ recorded, now }) => recorded !== now);
    if (differing.length === 0) return undefined;
    const replacer = new ValueReplacer(differing);
    return {
      editing: {
        from: 'echo',
        ofHeader: (_name, value) => replacer.edits(value, 'text'),
        ofBody: (text, syntax) => replacer.edits(text, syntax),
      },
      renamed,
    };
  }

  /** Keys with equal canonical forms hold their typed values in one order. */
  #typedOf(request: IncomingRequest, hit: Hit, rules: readonly CompiledRule[]): Renamed[] {
    if (!rules.some(({ rule }) => rule.action === 'type')) return [];
    const incoming = hit.layer.keys.of(request).typed;
    if (incoming.length === 0) return [];
    const recorded = typedIn({ ...request, ...recordedRequest(hit.recording, hit.layer) }, rules);
    if (recorded.length !== incoming.length) return [];
    return incoming.flatMap(({ place, value }, i) => {
      const before = recorded[i]!.value;
      if (before === value || before.length < minEchoedLength) return [];
      const [token] = findVolatiles(before);
      const names = token ? isIdentity(token) : true;
      return [{ place, kind: token ? kindOf(token) : 'any', recorded: before, incoming: value, isIdentity: names }];
    });
  }

  #headersOf(request: IncomingRequest, { layer, recording }: Hit): (Replacement & { readonly names: boolean })[] {
    let echoed = this.#echoed.get(recording);
    if (!echoed) {
      const { request: recorded, position } = recording.exchange;
      const { lookup, session } = layer;
      const isOpen = lookup && hasOwnHeader(recorded.headers);
      const { key } = layer.keys.of({ ...request, ...recordedRequest(recording, layer) });
      echoed = isOpen ? lookup.echo(session.id, key, position) : [];
      this.#echoed.set(recording, echoed);
    }
    return echoed.flatMap(({ place, value, kind }) => {
      const now = valueAt(place, { value, kind }, { before: recording.exchange.request.headers, now: request.headers });
      return now ? [{ recorded: value, now: now.value, names: isIdentity(now) }] : [];
    });
  }

  /** Values that the lane has other names for, among those of an answer. */
  #boundIn(recording: Recording, bindings: Bindings): Replacement[] {
    if (bindings.size === 0) return [];
    let values = this.#answered.get(recording);
    if (!values) {
      values = answeredValues(recording);
      this.#answered.set(recording, values);
    }
    const bound: Replacement[] = [];
    for (const recorded of values) {
      const now = bindings.incomingOf(recorded);
      if (now !== undefined) bound.push({ recorded, now });
    }
    return bound;
  }
}

function typedIn(request: IncomingRequest, rules: readonly CompiledRule[]): readonly TypedValue[] {
  return requestKey(request, masksUnder(request, rules), rules).typed;
}

/** The client's value in the place of a recorded one: the token of the same number and kind in the same header. */
function valueAt(
  place: string,
  recorded: { readonly value: string; readonly kind: string },
  headers: { readonly before: RawHeaders; readonly now: RawHeaders },
): (VolatileToken & { readonly value: string }) | undefined {
  const parsed = parsePlace(place);
  if (!parsed) return undefined;
  const { name, index } = parsed;
  const before = headerValues(headers.before, name)[index];
  const now = headerValues(headers.now, name)[index];
  if (before === undefined || now === undefined) return undefined;
  const number = findVolatiles(before, { name }).findIndex(
    ({ start, end }) => before.slice(start, end) === recorded.value,
  );
  const token = findVolatiles(now, { name })[number];
  if (!token || kindOf(token) !== recorded.kind) return undefined;
  return { ...token, value: now.slice(token.start, token.end) };
}

/** Values of the query that no rule lets count, by name and number. */
function ignoredValues(request: IncomingRequest, { recording }: Hit, rules: readonly CompiledRule[]): Replacement[] {
  const { ignored, byPlace } = prepareRules(rules);
  const isIgnored = (name: string): boolean => ignored.has('query') || byPlace.get(`query:${plain(name)}`) === 'ignore';
  const pairsOf = (target: string) =>
    canonicalPairs(target, splitTarget(target).queryStart, { kind: 'query', masks: new MaskSet([]) }).filter(([name]) =>
      isIgnored(name),
    );
  if (!ignored.has('query') && ![...byPlace].some(([place, rule]) => rule === 'ignore' && place.startsWith('query:')))
    return [];
  const now = Map.groupBy(pairsOf(request.target), ([name]) => name);
  const before = Map.groupBy(pairsOf(recording.exchange.request.target), ([name]) => name);
  return [...before].flatMap(([name, pairs]) =>
    pairs.flatMap(([, value = ''], i) => {
      const incoming = now.get(name)?.[i]?.[1];
      if (incoming === undefined || incoming === '') return [];
      const recorded = plain(value);
      return recorded.length < minEchoedLength ? [] : [{ recorded, now: plain(incoming) }];
    }),
  );
}

/** Without the percent signs of a URL. */
function plain(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const noSecrets: ReadonlySet<string> = new Set();

/** Raw values that redaction would have replaced: an answer that holds their pseudonyms does not get them. */
function secretsOf(request: IncomingRequest): ReadonlySet<string> {
  const body = Buffer.isBuffer(request.body) ? request.body : undefined;
  return new Set(findRequestSecrets({ ...request, body }).map(({ value }) => value));
}

function withoutSecrets<R extends Replacement>(found: readonly R[], secrets: ReadonlySet<string>): R[] {
  if (secrets.size === 0) return [...found];
  return found.filter(
    ({ now }) =>
      ![...secrets].some(
        (secret) => secret.includes(now) || (secret.length >= minEchoedLength && now.includes(secret)),
      ),
  );
}

function bind(bindings: Bindings, recorded: string, incoming: string): void {
  if (bindings.allows(recorded, incoming)) bindings.bind(recorded, incoming);
}

/** Of answers that can be edited. */
function answeredValues({ exchange, body }: Recording): ReadonlySet<string> {
  const values = new Set<string>();
  const facts = responseOf(exchange.outcome);
  if (!facts) return values;
  const add = (text: string, name?: string): void => {
    for (const { start, end } of findVolatiles(text, name === undefined ? {} : { name })) {
      values.add(text.slice(start, end));
    }
  };
  for (const headers of [facts.headers, facts.trailers]) {
    for (let i = 0; i + 1 < headers.length; i += 2) add(headers[i + 1]!, headers[i]);
  }
  if (body && body.length > 0) {
    const decoded = decodeContent(facts.headers, body);
    if (decoded.ok) add(decoded.content.toString('latin1'));
  }
  return values;
}

/** Headers that every client sends, whose values it does not make for one request. */
const common: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'accept',
  'accept-encoding',
  'accept-language',
  'user-agent',
  'content-type',
  'content-length',
  'transfer-encoding',
  'authorization',
  'cookie',
  'cache-control',
  'origin',
  'referer',
  'keep-alive',
  'sec-fetch-mode',
  'sec-fetch-site',
  'sec-fetch-dest',
  'te',
]);

function hasOwnHeader(headers: RawHeaders): boolean {
  for (let i = 0; i < headers.length; i += 2) if (!common.has(headers[i]!.toLowerCase())) return true;
  return false;
}
