import type { RawHeaders } from '../model/headers.ts';
import { editBody, editPayload, type Redaction } from './body-secrets.ts';
import { editHeaders } from './header-secrets.ts';
import { KnownSecrets } from './known-secrets.ts';
import { editPairs } from './pair-secrets.ts';
import { createPseudonyms } from './pseudonym.ts';
import type { SecretSlot, VisitSecret } from './secret-names.ts';

export interface RequestMessage {
  readonly method: string;
  readonly target: string;
  readonly headers: RawHeaders;
  readonly trailers: RawHeaders;
  /** Bytes as sent; undefined: no body, or too large to look into. */
  readonly body: Buffer | undefined;
}

export interface ResponseMessage {
  readonly status: number;
  readonly headers: RawHeaders;
  readonly trailers: RawHeaders;
  readonly body: Buffer | undefined;
}

/**
 * What was replaced by name, and by what. Places and names as in SecretSlot. Further occurrences are replaced too,
 * without a slot: of a secret that a response issued everywhere, since a request holds there what replay itself serves;
 * of one that a request brought in responses only, since at replay the client sends the raw value again.
 */
export interface FoundSlot {
  readonly place: string;
  readonly rule: string;
  readonly name: string;
  readonly pseudonym: string;
}

export interface Redacted<M> {
  /** The message with pseudonyms; the same object when nothing was found. */
  readonly message: M;
  readonly slots: FoundSlot[];
  /** Why the body could not be looked into, in words; undefined when it was. */
  readonly unread?: string;
}

export interface Redactor {
  /** Stable stand-in for a value: the same for the same value everywhere, of the same length and format. */
  readonly pseudonym: (value: string) => string;
  /** A secret that requests hold: responses that repeat it are redacted. Those of redacted requests are known already. */
  readonly remember: (value: string) => void;
  readonly request: (message: RequestMessage) => Redacted<RequestMessage>;
  readonly response: (message: ResponseMessage) => Redacted<ResponseMessage>;
  /** One message of a conversation; the same buffer when nothing was found. */
  readonly payload: (direction: 'request' | 'response', payload: Buffer) => Buffer;
}

/** Secrets of a request with their raw values, found by the rules a redactor uses. Needs no key. */
export function findRequestSecrets(message: RequestMessage): SecretSlot[] {
  return found((visit) => void editRequest(message, { visit }));
}

/** The same of a response. */
export function findResponseSecrets(message: ResponseMessage): SecretSlot[] {
  return found((visit) => void editMessage(message, { visit }));
}

/** The same of one message of a conversation. */
export function findPayloadSecrets(payload: Buffer): SecretSlot[] {
  return found((visit) => void editPayload(payload, { visit }));
}

function found(edit: (visit: VisitSecret) => void): SecretSlot[] {
  const slots: SecretSlot[] = [];
  edit((secret) => {
    slots.push(secret);
    return secret.value;
  });
  return slots;
}

/**
 * A redactor for the messages of one session, in the order they happened. @param key 32 bytes, the project's.
 */
export function createRedactor(key: Buffer): Redactor {
  const pseudonym = createPseudonyms(key);
  const issued = new KnownSecrets();
  const brought = new KnownSecrets();
  const replaceIssued = (text: string): string => issued.replace(text, pseudonym);
  const replaceAll = (text: string): string => brought.replace(replaceIssued(text), pseudonym);

  const visitorOf =
    (known: KnownSecrets, found: (slot: FoundSlot) => void): VisitSecret =>
    ({ place, rule, name, value }) => {
      // Every cookie counts as a secret, most are none: `last_item=product-17` must not change other paths.
      if (rule !== 'cookie' && rule !== 'set-cookie') known.remember(value);
      const stand = pseudonym(value);
      found({ place, rule, name, pseudonym: stand });
      return stand;
    };
  const sides = {
    request: { known: brought, replaceKnown: replaceIssued },
    response: { known: issued, replaceKnown: replaceAll },
  } as const;
  const redact = <M>(
    message: M,
    edit: (message: M, redaction: Redaction) => Edited<M>,
    { known, replaceKnown }: (typeof sides)['request' | 'response'],
  ): Redacted<M> => {
    const slots: FoundSlot[] = [];
    const visit = visitorOf(known, (slot) => void slots.push(slot));
    return { ...edit(message, { visit, replaceKnown }), slots };
  };

  return {
    pseudonym,
    remember: (value) => brought.remember(value),
    request: (message) => redact(message, editRequest, sides.request),
    response: (message) => redact(message, editMessage, sides.response),
    payload: (direction, payload) => {
      const { known, replaceKnown } = sides[direction];
      return editPayload(payload, { visit: visitorOf(known, () => {}), replaceKnown });
    },
  };
}

interface Edited<M> {
  readonly message: M;
  readonly unread?: string;
}

function editRequest(message: RequestMessage, redaction: Redaction): Edited<RequestMessage> {
  const question = message.target.indexOf('?');
  const named = question === -1 ? message.target : editPairs(message.target, 'query', redaction.visit, question + 1);
  const target = redaction.replaceKnown?.(named) ?? named;
  const edited = editMessage(message, redaction);
  if (target === message.target) return edited;
  return { ...edited, message: { ...edited.message, target } };
}

/** Secrets by name first, everywhere; then the known ones, which a response may just have issued. */
function editMessage<M extends Pick<RequestMessage, 'headers' | 'trailers' | 'body'>>(
  message: M,
  redaction: Redaction,
): Edited<M> {
  const { visit, replaceKnown } = redaction;
  const namedHeaders = editHeaders(message.headers, visit);
  const namedTrailers = editHeaders(message.trailers, visit);
  const edited = editBody(namedHeaders, message.body, redaction);
  const headers = replaceKnown ? editValues(edited.headers, replaceKnown) : edited.headers;
  const trailers = replaceKnown ? editValues(namedTrailers, replaceKnown) : namedTrailers;
  const isSame = headers === message.headers && trailers === message.trailers && edited.body === message.body;
  const unread = edited.unread === undefined ? {} : { unread: edited.unread };
  if (isSame) return { message, ...unread };
  return { message: { ...message, headers, trailers, body: edited.body }, ...unread };
}

/** Headers with every value edited; the same array when none changes. */
function editValues(headers: RawHeaders, edit: (value: string) => string): RawHeaders {
  let edited: string[] | undefined;
  for (let i = 1; i < headers.length; i += 2) {
    const value = edit(headers[i]!);
    if (value !== headers[i]) (edited ??= [...headers])[i] = value;
  }
  return edited ?? headers;
}
