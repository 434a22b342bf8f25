import { type Exchange, responseOf } from '../model/exchange.ts';
import type { Baseline } from '../model/run.ts';
import { isConversation } from '../model/stream-event.ts';
import { decodeTalk, type TalkFacts, type TalkMessage } from '../model/talk.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';

/** What was said in a recorded conversation, in order. */
export function recordedTalk(reader: CassetteReads, exchangeId: number): TalkMessage[] {
  return reader
    .streamEvents(exchangeId)
    .filter(isConversation)
    .map(({ direction, offsetMs, opcode, sha256, sizeBytes }) => ({
      direction,
      offsetMs,
      ...(opcode === undefined ? {} : { opcode }),
      payload: sizeBytes === 0 ? Buffer.alloc(0) : reader.body(sha256),
    }));
}

/** The conversation of a baseline: the recorded one, or that of the run it was accepted from. None without a switch. */
export function baselineTalk(
  reader: CassetteReads,
  exchange: Exchange,
  { outcome, talk }: Baseline,
): TalkMessage[] | undefined {
  if (responseOf(outcome)?.status !== 101) return undefined;
  return talk ? talkOf(reader, talk) : recordedTalk(reader, exchange.id);
}

/** A conversation that a cassette or a run store keeps as a document. */
export function talkOf(from: { body: (sha256: string) => Buffer }, { sizeBytes, sha256 }: TalkFacts): TalkMessage[] {
  return sizeBytes === 0 ? [] : decodeTalk(from.body(sha256));
}
