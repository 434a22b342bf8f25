import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { type KeyedRequest, splitTarget } from '../match/canonical-request.ts';
import { kindOf } from '../match/fit-shape.ts';
import type { EffectFacts } from '../match/effect-facts.ts';
import { prepareRules } from '../match/key-marks.ts';
import { graphqlOperation } from '../match/graphql-operation.ts';
import { keyOf, requestKey } from '../match/request-key.ts';
import { requestShape, type ShapeToken } from '../match/request-shape.ts';
import { decodeContent } from '../model/content-coding.ts';
import { type BodyFacts, type Exchange, type ResponseFacts, responseOf } from '../model/exchange.ts';
import { cookieValues } from '../model/cookies.ts';
import { headerValue, type RawHeaders, toPairs } from '../model/headers.ts';
import type { CompiledRule, MatchRuleSet } from '../model/match-rule-set.ts';
import { findVolatiles } from '../model/volatile-tokens.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import type { ActorId, EchoedValue } from '../store/replay-index.ts';
import { firstMessageOf, isGrpcCall } from './grpc-first-message.ts';
import { actorOf } from './lane-actors.ts';
import { isScannable } from './open-exchange.ts';
import { type MaskedRequest, masksUnder } from './request-masks.ts';
import { cutBody, maxMatchedBodyBytes, type RequestBody } from './request-body.ts';

/** What a recorded exchange tells about itself, whatever came before or after it. */
export interface ReadExchange {
  readonly requestKey: string;
  readonly slots: readonly string[];
  readonly treat: 'read' | 'write' | undefined;
  readonly graphql: EffectFacts['graphql'] | undefined;
  readonly shape: { readonly key: string; readonly tokens: readonly ShapeToken[]; readonly answer: string } | undefined;
  /** Values of volatile classes anywhere in the request. */
  readonly requestValues: readonly string[];
  readonly responseValues: readonly string[];
  readonly echo: readonly EchoedValue[];
  readonly actor: readonly ActorId[] | undefined;
}

/** Larger responses list things; few of them are named later, and reading all of them would delay the stop. */
const maxResponseBytes = 1024 * 1024;

/** Reads an exchange for the index, under the rules about its request. */
export function readForIndex(
  reads: Pick<CassetteReads, 'body'>,
  exchange: Exchange,
  rules: MatchRuleSet,
): ReadExchange {
  const { request, targetName, outcome } = exchange;
  const { path } = splitTarget(request.target);
  const applying = rules.rulesFor({ method: request.method, path, server: targetName });
  const keyed = keyedRequest(reads, exchange, applying);
  const { key, slots } = keyed
    ? requestKey(keyed, masksUnder(keyed, applying), applying)
    : keyOfUnread(reads, exchange, applying);
  const shape = keyed && requestShape(keyed, masksUnder(keyed, applying), applying);
  const response = responseOf(outcome);
  const text = response ? textOf(reads, response) : '';
  const headerTokens = tokensInHeaders(request.headers);
  return {
    requestKey: key,
    slots,
    treat: prepareRules(applying).treat,
    graphql: keyed && graphqlOperation(keyed),
    shape: shape && { ...shape, answer: answerOf(response, text, shape.tokens) },
    requestValues: [...(shape?.tokens ?? []), ...headerTokens].map(({ value }) => value),
    responseValues: response ? valuesIn(response, text) : [],
    echo: response ? headerTokens.filter(({ value }) => repeats(response, text, value)) : [],
    actor: actorOf(request.headers),
  };
}

/** The key that a recorded request has under match rules. */
export function recordedKey(reads: Pick<CassetteReads, 'body'>, exchange: Exchange, rules: MatchRuleSet): string {
  const { request, targetName } = exchange;
  const { path } = splitTarget(request.target);
  const applying = rules.rulesFor({ method: request.method, path, server: targetName });
  const keyed = keyedRequest(reads, exchange, applying);
  return keyed
    ? requestKey(keyed, masksUnder(keyed, applying), applying).key
    : keyOfUnread(reads, exchange, applying).key;
}

/**
 * The key of a request whose body cannot be read here. What stood for the body when it was recorded is right if it gives
 * the recorded key; then what rules add counts as well. Without it that is a key of its own, which nobody asks for.
 */
function keyOfUnread(
  reads: Pick<CassetteReads, 'body'>,
  exchange: Exchange,
  rules: readonly CompiledRule[],
): { readonly key: string; readonly slots: readonly string[] } {
  const { request, targetName, requestKey: key, slots } = exchange;
  if (rules.length === 0) return { key, slots };
  for (const body of standIns(reads, request)) {
    const keyed = { ...request, targetName, body };
    if (requestKey(keyed, masksUnder(keyed, [])).key === key) {
      return requestKey(keyed, masksUnder(keyed, rules), rules);
    }
  }
  const { headers, cookies } = prepareRules(rules);
  const isMore =
    headers.some((name) => headerValue(request.headers, name) !== undefined) ||
    cookies.some((name) => cookieValues(request.headers, name).length > 0);
  return { key: isMore ? keyOf(`unread\n${key}`) : key, slots };
}

/** What may have stood for a body: the first message of a call, the size of a cut one, the hash of a large one. */
function standIns(reads: Pick<CassetteReads, 'body'>, { headers, body }: Exchange['request']): RequestBody[] {
  const first = isGrpcCall(headers) ? firstMessageOf(readable(() => reads.body(body.sha256)) ?? nothing) : undefined;
  return [...(first ? [first] : []), ...(body.truncated ? [cutBody(body.fullSizeBytes), cutBody(undefined)] : [body])];
}

type Keyed = MaskedRequest & KeyedRequest;

/**
 * The request as replay would read it. Undefined where its key rests on what is not stored: the first message of a call,
 * the whole of a large or cut body.
 */
function keyedRequest(
  reads: Pick<CassetteReads, 'body'>,
  { request, targetName }: Exchange,
  rules: readonly CompiledRule[],
): Keyed | undefined {
  const { body, headers } = request;
  const isUnread = body.truncated || body.sizeBytes > maxMatchedBodyBytes || isGrpcCall(headers);
  if (isUnread)
    return prepareRules(rules).ignored.has('body') ? { ...request, targetName, body: undefined } : undefined;
  const bytes = body.sizeBytes === 0 ? nothing : readable(() => reads.body(body.sha256));
  return bytes && { ...request, targetName, body: bytes === nothing ? undefined : bytes };
}

const nothing = Buffer.alloc(0);

/** A damaged body is told by whoever asks for its recording; the others are not to suffer. */
function readable(read: () => Buffer): Buffer | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The decoded body as text, one character per byte where it is not UTF-8; empty when it is not worth reading. */
function textOf(reads: Pick<CassetteReads, 'body'>, { headers, body }: ResponseFacts): string {
  if (!isWorthReading(headers, body)) return '';
  const bytes = readable(() => reads.body(body.sha256));
  const decoded = decodeContent(headers, bytes ?? nothing);
  if (!decoded.ok) return '';
  return decoded.content.toString(isUtf8(decoded.content) ? 'utf8' : 'latin1');
}

function isWorthReading(headers: RawHeaders, body: BodyFacts): boolean {
  return body.sizeBytes > 0 && body.sizeBytes <= maxResponseBytes && isScannable(headers);
}

function valuesIn({ headers }: ResponseFacts, text: string): string[] {
  const values = new Set<string>();
  for (const [name, value] of toPairs(headers)) {
    for (const { start, end } of findVolatiles(value, { name })) values.add(value.slice(start, end));
  }
  for (const { start, end } of findVolatiles(text)) values.add(text.slice(start, end));
  return [...values];
}

/** Of headers that a client makes for each request, not of those that say who it is or what it knows. */
const standing = /^(?:cookie|authorization|proxy-authorization|host|if-.*|user-agent|referer|origin|date)$/i;

function tokensInHeaders(headers: RawHeaders): EchoedValue[] {
  const found: EchoedValue[] = [];
  const counts = new Map<string, number>();
  for (const [name, value] of toPairs(headers)) {
    if (standing.test(name)) continue;
    const lower = name.toLowerCase();
    const index = counts.get(lower) ?? 0;
    counts.set(lower, index + 1);
    for (const { start, end, ...token } of findVolatiles(value, { name: lower })) {
      found.push({ place: `header:${lower}[${index}]`, value: value.slice(start, end), kind: kindOf(token) });
    }
  }
  return found;
}

function repeats({ headers }: ResponseFacts, text: string, value: string): boolean {
  return headers.some((part, i) => i % 2 === 1 && part.includes(value)) || text.includes(value);
}

/** Tells of the one answer it came with, not of what is answered. */
const passing =
  /^(?:date|age|server-timing|x-runtime|x-response-time|content-length|transfer-encoding|connection|keep-alive)$/;
/** Every character of these counts. */
const exact = /^(?:set-cookie|location|link|etag|content-.*)$/;

function headLine(name: string, value: string): string[] {
  if (passing.test(name)) return [];
  const isExact = exact.test(name);
  let line = `${name}: `;
  let from = 0;
  for (const { start, end, class: kind } of isExact ? [] : findVolatiles(value, { name })) {
    line += `${value.slice(from, start)}\0${kind}\0`;
    from = end;
  }
  return [line + value.slice(from)];
}

/** Hash of what is answered, but for the values that the request itself brought. */
function answerOf(response: ResponseFacts | undefined, text: string, tokens: readonly ShapeToken[]): string {
  if (!response) return hash('sha256', 'failure', 'hex').slice(0, 32);
  const head = toPairs(response.headers).flatMap(([name, value]) => headLine(name.toLowerCase(), value));
  let said = [response.status, ...head, text === '' ? response.body.sha256 : text].join('\n');
  for (const [i, { value }] of tokens.entries()) said = said.replaceAll(value, `\0${i}\0`);
  return hash('sha256', said, 'hex').slice(0, 32);
}
