import { decodeContent } from '../model/content-coding.ts';
import { contentShape, isJsonType, mediaType } from '../model/content-shape.ts';
import { headerValue, headerValues, type RawHeaders, withHeader } from '../model/headers.ts';
import { editJsonSecrets } from './json-edit.ts';
import { editMultipart, editPairs } from './pair-secrets.ts';
import type { VisitSecret } from './secret-names.ts';

interface EditedBody {
  readonly headers: RawHeaders;
  readonly body: Buffer | undefined;
  readonly unread?: string;
}

/**
 * Some part of every secret name. Content without any of these (most of it) is not parsed. An escape in a JSON name
 * (`p\u0061ss`) could hide one, so that escapes count too.
 */
const namePart =
  /pass|pwd|secret|token|key|session|sessid|sid|otp|pin|cvv|cvc|ssn|security|jwt|credential|auth|assertion|code|card|bearer|saml|sig|cc[_-]?num|\\u|%/i;

/** Could content hold a value under a secret's name, in whatever form? Text without any such name is safe to show. */
export function mayNameSecret(content: Buffer): boolean {
  return namePart.test(content.toString('latin1'));
}

/** What happens to the secrets of a message. */
export interface Redaction {
  /** Told of every secret that a name gives away. */
  readonly visit: VisitSecret;
  /** Replaces secrets known from elsewhere in any text (Latin-1: one character per byte). */
  readonly replaceKnown?: (text: string) => string;
}

/** Content in which no token stands as text. */
const binaryType = /^(?:image\/(?!svg)|audio\/|video\/|font\/|application\/(?:octet-stream|pdf|zip|gzip|wasm)$)/;

/**
 * Replaces the secrets of a body. Compressed content is decoded and, only if something was replaced, encoded again;
 * `Content-Length`, where there is one, follows.
 */
export function editBody(headers: RawHeaders, body: Buffer | undefined, redaction: Redaction): EditedBody {
  if (body === undefined || body.length === 0 || binaryType.test(mediaType(headers))) return { headers, body };
  const decoded = decodeContent(headers, body);
  if (!decoded.ok) {
    const codings = headerValues(headers, 'content-encoding').join(', ');
    return { headers, body, unread: `the content encoding of the body (${codings}) could not be undone` };
  }
  const named = editNamed(headers, decoded.content, redaction.visit);
  const unread = named.unread === undefined ? {} : { unread: named.unread };
  const content = redaction.replaceKnown ? editKnown(named.content, redaction.replaceKnown) : named.content;
  if (content === decoded.content) return { headers, body, ...unread };
  const encoded = decoded.encode(content);
  if (encoded.length === body.length || headerValue(headers, 'content-length') === undefined) {
    return { headers, body: encoded, ...unread };
  }
  return { headers: withHeader(headers, 'content-length', String(encoded.length)), body: encoded, ...unread };
}

/** How far into a message its JSON may begin, behind what a protocol puts before it (Socket.IO: `42/chat,7["say",{…}]`). */
const maxPreambleBytes = 256;

/** Where the JSON of a message may begin; 0 when it holds none. */
export function jsonStart(payload: Buffer): number {
  return Math.max(
    0,
    payload.subarray(0, maxPreambleBytes).findIndex((byte) => byte === 0x7b || byte === 0x5b),
  );
}

/**
 * Replaces the secrets of one message of a conversation. What it is made of is not said anywhere: JSON is found by looking;
 * known secrets are replaced in anything.
 */
export function editPayload(payload: Buffer, { visit, replaceKnown }: Redaction): Buffer {
  const start = jsonStart(payload);
  const json = payload.subarray(start);
  const { content } = editNamed([], json, visit);
  const named = content === json ? payload : Buffer.concat([payload.subarray(0, start), content]);
  return replaceKnown ? editKnown(named, replaceKnown) : named;
}

function editKnown(content: Buffer, replaceKnown: (text: string) => string): Buffer {
  const text = content.toString('latin1');
  const edited = replaceKnown(text);
  return edited === text ? content : Buffer.from(edited, 'latin1');
}

interface EditedContent {
  readonly content: Buffer;
  readonly unread?: string;
}

/** Content with the secrets replaced that a name gives away; the same buffer when nothing was. */
function editNamed(headers: RawHeaders, content: Buffer, visit: VisitSecret): EditedContent {
  if (!mayNameSecret(content)) return { content };
  const shape = contentShape(headers, content);
  if (shape.kind === 'json') {
    const text = editJsonSecrets(shape.text, shape.root, visit);
    return { content: text === shape.text ? content : Buffer.from(text, shape.encoding) };
  }
  if (shape.kind === 'form' || shape.kind === 'multipart') {
    const text =
      shape.kind === 'form' ? editPairs(shape.text, 'form', visit) : editMultipart(shape.text, shape.boundary, visit);
    return { content: text === shape.text ? content : Buffer.from(text, 'latin1') };
  }
  if (isJsonType(mediaType(headers))) {
    return { content, unread: 'the body is labelled JSON but is not one JSON document' };
  }
  return { content };
}
