import { hash } from 'node:crypto';
import type { BodyHash } from '../match/canonical-request.ts';
import { requestKey } from '../match/request-key.ts';
import type { BodyFacts } from '../model/exchange.ts';
import { findRequestSecrets, type Redactor, type RequestMessage, type ResponseMessage } from '../redact/redactor.ts';
import { firstMessageOf } from './grpc-first-message.ts';
import { cutBody, maxMatchedBodyBytes } from './request-body.ts';

/** A slot to be remembered in the cassette, as the redactor found it. */
interface Slot {
  readonly place: string;
  readonly rule: string;
  readonly name: string;
  readonly pseudonym: string;
}

export interface RequestRecord {
  readonly message: RequestMessage;
  readonly slots: readonly Slot[];
  readonly key: string;
  readonly keySlots: readonly string[];
  readonly unread: string | undefined;
}

export interface ResponseRecord {
  readonly message: ResponseMessage;
  readonly slots: readonly Slot[];
  readonly unread: string | undefined;
}

/**
 * A request as it will be stored, and its key. The key masks the secrets whether or not they are replaced, since replay
 * masks them in what comes in. `streamed`: facts of a body too large to be looked into.
 */
export function recordRequest(
  message: RequestMessage,
  options: {
    readonly targetName: string;
    readonly redactor: Redactor | undefined;
    readonly streamed: BodyFacts | undefined;
    /** Only a part of the body was captured; its whole size where that is known. */
    readonly cut?: { readonly sizeBytes: number | undefined } | undefined;
    /** Of a gRPC call, as it was sent. */
    readonly firstMessage?: BodyHash | undefined;
  },
): RequestRecord {
  const { targetName, redactor, streamed, cut } = options;
  const redacted = redactor?.request(message);
  const stored = redacted?.message ?? message;
  const masks = redacted
    ? redacted.slots.map(({ place, name, pseudonym }) => ({ place, name, value: pseudonym }))
    : findRequestSecrets(message);
  const { key, slots } = requestKey(
    {
      targetName,
      method: stored.method,
      target: stored.target,
      headers: stored.headers,
      body:
        keyedMessage(options.firstMessage, message.body, stored.body) ??
        (cut ? cutBody(cut.sizeBytes) : keyedBody(message.body, stored.body, streamed)),
    },
    masks,
  );
  return {
    message: stored,
    slots: redacted?.slots ?? [],
    key,
    keySlots: slots,
    unread: redacted?.unread,
  };
}

/** A gRPC call is keyed by its first message, as it is stored if known secrets were replaced in it. */
function keyedMessage(
  first: BodyHash | undefined,
  sent: Buffer | undefined,
  stored: Buffer | undefined,
): BodyHash | undefined {
  return first && stored && stored !== sent ? (firstMessageOf(stored) ?? first) : first;
}

/** Replay keys a large body by the hash of what comes in, which is what came in here, not what is stored. */
function keyedBody(
  sent: Buffer | undefined,
  stored: Buffer | undefined,
  streamed: BodyFacts | undefined,
): Buffer | BodyHash | undefined {
  if (streamed) return { sha256: streamed.sha256, sizeBytes: streamed.sizeBytes };
  if (sent && sent.length > maxMatchedBodyBytes) return { sha256: hash('sha256', sent, 'hex'), sizeBytes: sent.length };
  return stored && stored.length > 0 ? stored : undefined;
}

export function recordResponse(message: ResponseMessage, redactor: Redactor | undefined): ResponseRecord {
  const redacted = redactor?.response(message);
  return {
    message: redacted?.message ?? message,
    slots: redacted?.slots ?? [],
    unread: redacted?.unread,
  };
}
