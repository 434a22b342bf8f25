import { createHash } from 'node:crypto';
import { emptyBodySha256, type Outcome, type ResponseFacts } from '../../model/exchange.ts';
import { headerValue, withHeader } from '../../model/headers.ts';
import type { TalkMessage } from '../../model/talk.ts';
import type { FreshResponse } from '../fresh-response.ts';

/** A response as a cassette holds it. */
export interface Answer {
  readonly outcome: Outcome;
  /** Of the outcome. */
  readonly facts: ResponseFacts;
  /** As sent. Undefined: too large to be looked into. */
  readonly body: Buffer | undefined;
  readonly messages?: readonly TalkMessage[];
}

export interface AnswerChange {
  readonly status?: number;
  readonly headers?: ResponseFacts['headers'];
  readonly trailers?: ResponseFacts['trailers'];
  /** As sent. */
  readonly body?: Buffer;
  readonly messages?: readonly TalkMessage[];
}

const nothing = Buffer.alloc(0);

/** The answer as a server would give it that has changed this; as recorded without a change. */
export function answerWith({ outcome, facts, body, messages }: Answer, change: AnswerChange = {}): FreshResponse {
  const { body: newBody, messages: newMessages = messages, ...members } = change;
  const changed: ResponseFacts = { ...facts, ...members, ...(newBody && bodyFacts(facts, members.headers, newBody)) };
  return {
    outcome: outcome.kind === 'response' ? { kind: 'response', ...changed } : { ...outcome, response: changed },
    body: newBody ?? body ?? nothing,
    ...(newMessages && { messages: newMessages }),
    slots: [],
  };
}

/** A server that sends another body says its length. What was cut or left stays so. */
function bodyFacts(facts: ResponseFacts, headers: ResponseFacts['headers'] = facts.headers, body: Buffer) {
  const { length } = body;
  const sha256 = length === 0 ? emptyBodySha256 : createHash('sha256').update(body).digest('hex');
  const saysLength = headerValue(headers, 'content-length') !== undefined;
  return {
    headers: saysLength ? withHeader(headers, 'content-length', String(length)) : headers,
    body: { ...facts.body, sizeBytes: length, fullSizeBytes: length, sha256 },
  };
}
