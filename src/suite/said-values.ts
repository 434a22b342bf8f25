import { type Exchange, type Outcome, responseOf } from '../model/exchange.ts';
import { findVolatiles } from '../model/volatile-tokens.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';

/** Requests larger than this are files: what identifies things stands in their targets. */
const maxSearchedBytes = 64 * 1024;

export interface SaidIn {
  readonly reader: CassetteReads;
  readonly exchange: Exchange;
  readonly baseline: Outcome;
  readonly fresh: Outcome;
  /** As sent; the recorded one when left away. */
  readonly sentTarget?: string | undefined;
}

/**
 * Values that no accident makes and that the client says by itself, in this run as in the recording: whom it asked for
 * is whom it is to be told of. The body of the request is read only where the bodies of the answers differ.
 */
export function saidValues({ reader, exchange, baseline, fresh, sentTarget }: SaidIn): readonly string[] {
  const { target, body } = exchange.request;
  const sent = sentTarget === undefined || sentTarget === target ? undefined : new Set(valuesIn(sentTarget));
  const said = valuesIn(target).filter((value) => sent?.has(value) ?? true);
  const differs = responseOf(baseline)?.body.sha256 !== responseOf(fresh)?.body.sha256;
  if (!differs || body.sizeBytes === 0 || body.sizeBytes > maxSearchedBytes) return said;
  return [...said, ...valuesIn(reader.body(body.sha256).toString())];
}

function valuesIn(text: string): readonly string[] {
  return findVolatiles(text)
    .filter((token) => token.class !== 'timestamp' && token.class !== 'jwt' && token.class !== 'signature')
    .map(({ start, end }) => text.slice(start, end));
}
