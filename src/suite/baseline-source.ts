import { type Exchange, responseOf } from '../model/exchange.ts';
import type { Baseline } from '../model/run.ts';
import type { TalkMessage } from '../model/talk.ts';
import { type CassetteReads, recordedBaseline } from '../store/cassette-reads.ts';
import { baselineTalk } from './recorded-talk.ts';

/** What responses are judged against. */
export interface BaselineSource {
  /** The newest one, unless another version is asked for and there. */
  of(exchange: Exchange, version?: number): Baseline;
  /** As stored; empty when there is none. */
  body(baseline: Baseline): Buffer;
  /** What was said after a switch of protocols; undefined when there was none. */
  talk(exchange: Exchange, baseline: Baseline): readonly TalkMessage[] | undefined;
}

/** The accepted responses of a cassette. Which exchanges have any is looked up once: mostly none has. */
export function cassetteBaselines(reader: CassetteReads): BaselineSource {
  const accepted = new Map<number, ReadonlySet<number>>();
  const isAccepted = ({ sessionId, position }: Exchange): boolean => {
    let positions = accepted.get(sessionId);
    if (!positions) accepted.set(sessionId, (positions = new Set(reader.acceptedPositions(sessionId))));
    return positions.has(position);
  };
  const newest = (exchange: Exchange): Baseline =>
    (isAccepted(exchange) ? reader.newestBaseline(exchange) : recordedBaseline(exchange))!;
  return {
    of: (exchange, asked) => {
      if (asked === undefined) return newest(exchange);
      return reader.baselines(exchange.id).find(({ version }) => version === asked) ?? newest(exchange);
    },
    body: (baseline) => storedBody(reader, baseline),
    talk: (exchange, baseline) => baselineTalk(reader, exchange, baseline),
  };
}

/** The body of an outcome's response in the store that holds it. */
export function storedBody(
  store: { readonly body: (sha256: string) => Buffer },
  { outcome }: Pick<Baseline, 'outcome'>,
): Buffer {
  const facts = responseOf(outcome)?.body;
  return facts && facts.sizeBytes > 0 ? store.body(facts.sha256) : Buffer.alloc(0);
}
