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

/**
 * Shows every secret of a body to `visit`. Compressed content is decoded and, only if something was replaced, encoded
 * again; `Content-Length`, where there is one, follows.
 */
export function editBody(headers: RawHeaders, body: Buffer | undefined, visit: VisitSecret): EditedBody {
  if (body === undefined || body.length === 0) return { headers, body };
  const decoded = decodeContent(headers, body);
  if (!decoded) {
    const codings = headerValues(headers, 'content-encoding').join(', ');
    return { headers, body, unread: `the content encoding of the body (${codings}) could not be undone` };
  }
  if (!namePart.test(decoded.content.toString('latin1'))) return { headers, body };
  const edited = editContent(headers, decoded.content, visit);
  if (edited.unread !== undefined) return { headers, body, unread: edited.unread };
  if (edited.content === decoded.content) return { headers, body };
  const encoded = decoded.encode(edited.content);
  if (encoded.length === body.length || headerValue(headers, 'content-length') === undefined) {
    return { headers, body: encoded };
  }
  return { headers: withHeader(headers, 'content-length', String(encoded.length)), body: encoded };
}

interface EditedContent {
  readonly content: Buffer;
  readonly unread?: string;
}

/** Content with its secrets replaced; the same buffer when nothing was. */
function editContent(headers: RawHeaders, content: Buffer, visit: VisitSecret): EditedContent {
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
