import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { decodeContent } from '../model/content-coding.ts';
import { isComplete, type Outcome, type ResponseOutcome } from '../model/exchange.ts';
import { toPairs } from '../model/headers.ts';
import { mediaType } from '../model/content-shape.ts';
import { findVolatiles } from '../model/volatile-tokens.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import { isScannable } from './open-exchange.ts';

export interface DigestedExchange {
  readonly requestKey: string;
  readonly isWrite: boolean;
  readonly outcome: Outcome | undefined;
}

/** Beyond this a body is compared as it is. */
const maxReadBytes = 1024 * 1024;

/**
 * What each answer says, as a hash; undefined where answers cannot be compared (failures, streams). Answers that differ
 * are different, however small the difference, since a new id may be all that a write left behind. Only where a request
 * was answered differently although nothing was written in between, and the answers differ in nothing but values that
 * are made anew at every run, are such values left out: there the server makes them for each answer.
 */
export function steadyDigests(
  reads: Pick<CassetteReads, 'body'>,
  exchanges: readonly DigestedExchange[],
): (string | undefined)[] {
  const digests = exchanges.map(({ outcome }) => (isComparable(outcome) ? exactDigest(outcome) : undefined));
  const drifting = new Map<string, 'drifts' | 'differs'>();
  const last = new Map<string, { readonly index: number; readonly writes: number }>();
  let writes = 0;
  for (const [index, { requestKey, isWrite }] of exchanges.entries()) {
    const before = last.get(requestKey);
    // Of two equal writes each may have made something of its own: a new id is all that an order leaves behind.
    const isComparedHere = !isWrite && before?.writes === writes && digests[before.index] !== digests[index];
    if (isComparedHere && drifting.get(requestKey) !== 'differs') {
      const [a, b] = [before.index, index].map((at) => looseDigest(reads, exchanges[at]!.outcome));
      drifting.set(requestKey, a !== undefined && a === b ? 'drifts' : 'differs');
    }
    if (isWrite) writes += 1;
    last.set(requestKey, { index, writes });
  }
  return digests.map((digest, i) => {
    const { requestKey, outcome } = exchanges[i]!;
    return digest !== undefined && drifting.get(requestKey) === 'drifts' ? looseDigest(reads, outcome) : digest;
  });
}

function isComparable(outcome: Outcome | undefined): outcome is ResponseOutcome {
  return isComplete(outcome) && outcome.status !== 101 && mediaType(outcome.headers) !== 'text/event-stream';
}

/** Headers that say something of what is answered, not of this one answer: a page with another `Link` is another page. */
const telling = /^(?:location|etag|link|content-range|x-total(?:-count)?|(?:content|repr|docker-content)-digest)$/i;

/** The answer to HEAD tells of a body that is not there. */
const tellingAlone = /^(?:content-length|last-modified)$/i;

function headText({ status, headers, body }: ResponseOutcome): string {
  const told = toPairs(headers).filter(
    ([name]) => telling.test(name) || (body.sizeBytes === 0 && tellingAlone.test(name)),
  );
  return [status, ...told.map(([name, value]) => `${name.toLowerCase()}: ${value}`)].join('\n');
}

function exactDigest(outcome: ResponseOutcome): string {
  return `${headText(outcome)}\n${outcome.body.sha256}`;
}

function readContent(reads: Pick<CassetteReads, 'body'>, { headers, body }: ResponseOutcome) {
  try {
    return decodeContent(headers, reads.body(body.sha256));
  } catch {
    // A damaged body is told by whoever asks for its recording.
    return undefined;
  }
}

function looseDigest(reads: Pick<CassetteReads, 'body'>, outcome: Outcome | undefined): string | undefined {
  if (!isComparable(outcome)) return undefined;
  const { headers, body } = outcome;
  if (body.sizeBytes === 0 || body.sizeBytes > maxReadBytes || !isScannable(headers)) return exactDigest(outcome);
  const decoded = readContent(reads, outcome);
  if (!decoded?.ok) return exactDigest(outcome);
  const { content } = decoded;
  const text = `${headText(outcome)}\n\n${content.toString(isUtf8(content) ? 'utf8' : 'latin1')}`;
  let said = '';
  let from = 0;
  for (const { start, end, class: kind } of findVolatiles(text)) {
    said += `${text.slice(from, start)}\0${kind}\0`;
    from = end;
  }
  return hash('sha256', said + text.slice(from), 'hex');
}
