import type { RawHeaders } from '../model/headers.ts';
import { editBody } from './body-secrets.ts';
import { editHeaders } from './header-secrets.ts';
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

/** What was replaced, and by what. Places and names as in SecretSlot. */
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
  readonly request: (message: RequestMessage) => Redacted<RequestMessage>;
  readonly response: (message: ResponseMessage) => Redacted<ResponseMessage>;
}

/** Secrets of a request with their raw values, found by the rules a redactor uses. Needs no key. */
export function findRequestSecrets(message: RequestMessage): SecretSlot[] {
  const found: SecretSlot[] = [];
  editRequest(message, (secret) => {
    found.push(secret);
    return secret.value;
  });
  return found;
}

/** @param key 32 bytes, the project's. */
export function createRedactor(key: Buffer): Redactor {
  const pseudonym = createPseudonyms(key);
  const redact = <M>(message: M, edit: (message: M, visit: VisitSecret) => Edited<M>): Redacted<M> => {
    const slots: FoundSlot[] = [];
    const edited = edit(message, ({ place, rule, name, value }) => {
      const stand = pseudonym(value);
      slots.push({ place, rule, name, pseudonym: stand });
      return stand;
    });
    return { ...edited, slots };
  };
  return {
    pseudonym,
    request: (message) => redact(message, editRequest),
    response: (message) => redact(message, editResponse),
  };
}

interface Edited<M> {
  readonly message: M;
  readonly unread?: string;
}

function editRequest(message: RequestMessage, visit: VisitSecret): Edited<RequestMessage> {
  const question = message.target.indexOf('?');
  const target = question === -1 ? message.target : editPairs(message.target, 'query', visit, question + 1);
  const edited = editMessage(message, visit);
  if (target === message.target) return edited;
  return { ...edited, message: { ...edited.message, target } };
}

function editResponse(message: ResponseMessage, visit: VisitSecret): Edited<ResponseMessage> {
  return editMessage(message, visit);
}

function editMessage<M extends Pick<RequestMessage, 'headers' | 'trailers' | 'body'>>(
  message: M,
  visit: VisitSecret,
): Edited<M> {
  const headers = editHeaders(message.headers, visit);
  const trailers = editHeaders(message.trailers, visit);
  const edited = editBody(headers, message.body, visit);
  const isSame = edited.headers === message.headers && trailers === message.trailers && edited.body === message.body;
  const unread = edited.unread === undefined ? {} : { unread: edited.unread };
  if (isSame) return { message, ...unread };
  return { message: { ...message, headers: edited.headers, trailers, body: edited.body }, ...unread };
}
