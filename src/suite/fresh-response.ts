import { createHash } from 'node:crypto';
import { type BodyFacts, type Outcome, type ResponseFacts, emptyBodySha256, responseOf } from '../model/exchange.ts';
import type { TalkMessage } from '../model/talk.ts';
import type { FoundSlot, Redactor } from '../redact/redactor.ts';
import type { Sent } from './send.ts';

/** Larger bodies are not looked into for secrets, as in the recording. */
const scannedBodyBytes = 16 * 1024 * 1024;

/** A fresh response as it may be stored and compared: without secrets. */
export interface FreshResponse {
  readonly outcome: Outcome;
  /** Bytes of the body, empty when there is none or it was too large to keep. */
  readonly body: Buffer;
  /** SHA-256 and size of a body that was too large to keep. */
  readonly tooLarge?: BodyFacts;
  /** What was said after a switch to WebSocket. */
  readonly messages?: readonly TalkMessage[];
  /** Secrets found in it, with their places. */
  readonly slots: readonly FoundSlot[];
}

/** `redactor` is undefined for sessions recorded with --no-redact: they are compared as they are. */
export function freshResponse(sent: Sent, redactor: Redactor | undefined): FreshResponse {
  const { outcome } = sent;
  const facts = responseOf(outcome);
  if (!facts) return { outcome, body: Buffer.alloc(0), slots: [] };
  const tooLarge = sent.body === undefined ? facts.body : undefined;
  const scanned = facts.body.sizeBytes <= scannedBodyBytes ? sent.body : undefined;
  const redacted = redactor?.response({ ...facts, body: scanned });
  const body = redacted?.message.body ?? sent.body ?? Buffer.alloc(0);
  const stored: ResponseFacts = {
    ...facts,
    ...(redacted && { headers: redacted.message.headers, trailers: redacted.message.trailers }),
    body: tooLarge ? notKept(tooLarge) : factsOf(body),
  };
  return {
    outcome: outcome.kind === 'response' ? { kind: 'response', ...stored } : { ...outcome, response: stored },
    body,
    ...(tooLarge && { tooLarge }),
    ...(sent.messages && { messages: redactTalk(sent.messages, redactor) }),
    slots: redacted?.slots ?? [],
  };
}

function redactTalk(messages: readonly TalkMessage[], redactor: Redactor | undefined): readonly TalkMessage[] {
  if (!redactor) return messages;
  return messages.map((one) => ({ ...one, payload: redactor.payload(one.direction, one.payload) }));
}

function factsOf(body: Buffer): BodyFacts {
  const sha256 = createHash('sha256').update(body).digest('hex');
  return { sizeBytes: body.length, sha256, truncated: false, fullSizeBytes: body.length };
}

function notKept(full: BodyFacts): BodyFacts {
  return { sizeBytes: 0, sha256: emptyBodySha256, truncated: true, fullSizeBytes: full.sizeBytes };
}
