import { formatAddress } from '../model/address.ts';
import { decodeContent } from '../model/content-coding.ts';
import { type BodyFacts, type Exchange, responseOf } from '../model/exchange.ts';
import type { RawHeaders } from '../model/headers.ts';
import { isConversation } from '../model/stream-event.ts';
import {
  findPayloadSecrets,
  findRequestSecrets,
  findResponseSecrets,
  type RequestMessage,
  type ResponseMessage,
} from '../redact/redactor.ts';
import { findSecretFormats } from '../redact/secret-formats.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';
import type { LayerSource } from './replay-layer.ts';

/** Where a secret is stored as it is. Never the value. */
export interface StoredSecret {
  /** Of the recording. */
  readonly address: string;
  readonly side: 'request' | 'response';
  /** See model/place.ts; `target`, `headers`, `body` or `messages` for what only its form gives away. */
  readonly place: string;
  /** Id of the rule that found it. */
  readonly rule: string;
}

/** What recording itself reads at most. */
const maxBodyBytes = 16 * 1024 * 1024;

type Found = StoredSecret | 'unscanned';
type Side = StoredSecret['side'];
type Sight = { readonly place: string; readonly rule: string; readonly value: string };

/**
 * Looks for secrets that were not redacted: values under secret names and of known formats, one by one, and a word for
 * each body that could not be looked into. A value that some session stores as a pseudonym is none.
 */
export function* findStoredSecrets(layers: readonly LayerSource[]): IterableIterator<Found> {
  const pseudonyms = new Set<string>();
  for (const reader of new Set(layers.map((layer) => layer.reader))) {
    for (const { id } of reader.sessions()) {
      for (const { pseudonym } of reader.redactedSlots(id)) pseudonyms.add(pseudonym);
    }
  }
  for (const layer of layers) {
    for (const exchange of layer.reader.exchanges(layer.session.id)) yield* inExchange(layer, exchange, pseudonyms);
  }
}

function* inExchange(
  { reader, cassette, session }: LayerSource,
  exchange: Exchange,
  pseudonyms: ReadonlySet<string>,
): IterableIterator<Found> {
  const address = formatAddress({ cassette, session: session.name, position: exchange.position });
  const told = (side: Side, sights: readonly Sight[]): StoredSecret[] => {
    const byName = new Set(sights.filter(({ rule }) => !isFormat(rule)).map(({ value }) => value));
    const secrets = sights.filter(
      ({ value, rule }) => value !== '' && !pseudonyms.has(value) && !(isFormat(rule) && byName.has(value)),
    );
    const places = new Map(secrets.map(({ place, rule }) => [`${place} ${rule}`, { address, side, place, rule }]));
    return [...places.values()];
  };
  const { request } = exchange;
  const requestBody = bodyOf(reader, request.body);
  if (requestBody === 'unscanned') yield 'unscanned';
  yield* told('request', inRequest({ ...request, body: bytes(requestBody) }));
  const response = responseOf(exchange.outcome);
  if (response) {
    const body = bodyOf(reader, response.body);
    if (body === 'unscanned') yield 'unscanned';
    yield* told('response', inResponse({ ...response, body: bytes(body) }));
  }
  for (const { direction, sha256, sizeBytes } of reader.streamEvents(exchange.id).filter(isConversation)) {
    if (sizeBytes > maxBodyBytes) {
      yield 'unscanned';
      continue;
    }
    const payload = reader.body(sha256);
    const named = findPayloadSecrets(payload).map((sight) => ({ ...sight, place: `messages > ${sight.place}` }));
    yield* told(direction, [...named, ...formatsIn('messages', payload.toString('latin1'))]);
  }
}

function inRequest(message: RequestMessage): Sight[] {
  return [...findRequestSecrets(message), ...formatsIn('target', message.target), ...formatsInMessage(message)];
}

function inResponse(message: ResponseMessage): Sight[] {
  return [...findResponseSecrets(message), ...formatsInMessage(message)];
}

function formatsInMessage({
  headers,
  body,
}: {
  readonly headers: RawHeaders;
  readonly body: Buffer | undefined;
}): Sight[] {
  const values = headers.filter((_, index) => index % 2 === 1).join('\n');
  const inHeaders = formatsIn('headers', values);
  if (!body) return inHeaders;
  const decoded = decodeContent(headers, body);
  return decoded.ok ? [...inHeaders, ...formatsIn('body', decoded.content.toString('latin1'))] : inHeaders;
}

function formatsIn(place: string, text: string): Sight[] {
  return findSecretFormats(text).map((match) => ({ ...match, place }));
}

function isFormat(rule: string): boolean {
  return rule.startsWith('format:');
}

function bodyOf(reader: CassetteReader, { sizeBytes, sha256 }: BodyFacts): Buffer | undefined | 'unscanned' {
  if (sizeBytes === 0) return undefined;
  return sizeBytes > maxBodyBytes ? 'unscanned' : reader.body(sha256);
}

function bytes(body: Buffer | undefined | 'unscanned'): Buffer | undefined {
  return body === 'unscanned' ? undefined : body;
}
