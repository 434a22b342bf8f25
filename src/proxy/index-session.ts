import { identityOf } from '../match/bindings.ts';
import type { EffectFacts } from '../match/effect-facts.ts';
import { learnEffects } from '../match/learn-effects.ts';
import { splitTarget } from '../match/canonical-request.ts';
import { isIdentity, kindOf } from '../match/fit-shape.ts';
import { nameOf } from '../match/request-shape.ts';
import { type Exchange, isWrite, responseOf } from '../model/exchange.ts';
import type { MatchRuleSet } from '../model/match-rule-set.ts';
import type { Session } from '../model/session.ts';
import { isRecordedFree } from '../model/volatile-policy.ts';
import { findVolatiles } from '../model/volatile-tokens.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import type { Candidate, IndexedRecording, RecordedToken } from '../store/replay-index.ts';
import { type ReadExchange, readForIndex } from './index-exchange.ts';
import { steadyDigests } from './steady-digests.ts';

export type IndexReads = Pick<CassetteReads, 'atOnce' | 'exchanges' | 'unindexed' | 'body' | 'flows'>;

/** One exchange on its way into the index. */
interface Entry {
  readonly candidate: Candidate;
  readonly exchange: Pick<Exchange, 'id' | 'position' | 'startedAt' | 'durationMs' | 'targetName' | 'outcome'> & {
    readonly method: string;
    readonly path: string;
  };
  readonly read: ReadExchange;
  /** Values that say which thing is meant: of a read those in its address, of a write all. */
  readonly mentions: readonly string[];
  /** By token of the shape: had an earlier response issued it? */
  readonly issued: readonly boolean[];
}

/**
 * The index of a session that has ended: keys under the match rules, values that the client made anew, and which writes
 * change which reads. In two passes over what is stored.
 */
export function indexSession(reads: IndexReads, session: Session, rules: MatchRuleSet): IndexedRecording[] {
  return reads.atOnce(() => indexOf(reads, session, rules));
}

function indexOf(reads: IndexReads, session: Session, rules: MatchRuleSet): IndexedRecording[] {
  const entries = readEntries(reads, session, rules);
  const evidence = repeatedAnew(entries);
  const effects = learnEffects(effectFacts(reads, session, entries));
  const window = windowOf(session, entries);
  return entries.map((entry): IndexedRecording => {
    const { candidate, read } = entry;
    const facts = effects.facts.get(candidate.position);
    const tokens = read.shape?.tokens.map((token, i): RecordedToken => {
      const { place, value } = token;
      const name = nameOf(place);
      const free = isRecordedFree(
        { ...token, start: 0, end: value.length },
        {
          window,
          isIssued: entry.issued[i]!,
          hasEvidence: evidence.has(`${read.shape!.key} ${i}`),
          ...(name === undefined ? {} : { name }),
        },
      );
      return { place, value, kind: kindOf(token), free };
    });
    const isShaped = read.shape && tokens?.some(({ free }) => free);
    return {
      ...candidate,
      ...facts,
      requestKey: read.requestKey,
      slots: read.slots,
      ...(isShaped ? { shape: { key: read.shape.key, tokens: tokens!, answer: read.shape.answer } } : {}),
      ...(read.actor ? { actor: read.actor } : {}),
      ...(read.echo.length > 0 ? { echo: read.echo } : {}),
    };
  });
}

/** What learning which writes change which reads goes by. */
export function sessionEffects(reads: IndexReads, session: Session, rules: MatchRuleSet): Iterable<EffectFacts> {
  return effectFacts(reads, session, readEntries(reads, session, rules));
}

function readEntries(reads: IndexReads, session: Session, rules: MatchRuleSet): Entry[] {
  const entries: Entry[] = [];
  const origins = new ValueOrigins(reads, session);
  const candidates = reads.unindexed(session.id);
  for (const exchange of reads.exchanges(session.id)) {
    const candidate = candidates.next().value!;
    const read = readForIndex(reads, exchange, rules);
    const issued = origins.take(exchange.position, read);
    const { id, position, startedAt, durationMs, targetName, outcome, request } = exchange;
    entries.push({
      candidate,
      exchange: {
        id,
        position,
        startedAt,
        targetName,
        method: request.method,
        path: splitTarget(request.target).path,
        ...(durationMs === undefined ? {} : { durationMs }),
        ...(outcome ? { outcome } : {}),
      },
      read: { ...read, requestValues: [], responseValues: [] },
      issued,
      mentions: mentionsOf(request, read),
    });
  }
  return entries;
}

/** Where values come from: from the client, or from the server. */
class ValueOrigins {
  readonly #issued = new Set<string>();
  readonly #ofClient = new Set<string>();
  /** By the position that needs them: values that are known to come from earlier responses, also where no class says so. */
  readonly #flows = new Map<number, string[]>();

  constructor(reads: IndexReads, session: Session) {
    for (const { to, value } of reads.flows(session.id)) push(this.#flows, to, value);
  }

  /** For each token of the next request: did an earlier response issue it? */
  take(position: number, { shape, requestValues, responseValues }: ReadExchange): boolean[] {
    const flows = this.#flows.get(position) ?? [];
    const isIssued = (value: string): boolean => {
      const id = identityOf(value);
      if (this.#issued.has(id)) return true;
      return !this.#ofClient.has(id) && flows.some((flow) => value.includes(flow) || flow.includes(value));
    };
    const issued = shape?.tokens.map(({ value }) => isIssued(value)) ?? [];
    shape?.tokens.forEach(({ value }, i) => issued[i] && this.#issued.add(identityOf(value)));
    // What the client said first is its own, however often the server repeats it.
    for (const id of requestValues.map(identityOf)) if (!this.#issued.has(id)) this.#ofClient.add(id);
    for (const id of responseValues.map(identityOf)) if (!this.#ofClient.has(id)) this.#issued.add(id);
    return issued;
  }
}

/** A write that lists more than this is about none of them in particular. */
const maxMentions = 256;

function mentionsOf({ method, target }: Exchange['request'], read: ReadExchange): readonly string[] {
  const inAddress = findVolatiles(target).filter(isIdentity);
  const values = inAddress.map(({ start, end }) => target.slice(start, end));
  if (!conductIsWrite(method, read)) return values;
  const all = new Set([...values, ...read.requestValues, ...read.responseValues]);
  return all.size > maxMentions ? values : [...all];
}

function conductIsWrite(method: string, { treat, graphql }: ReadExchange): boolean {
  if (treat !== undefined) return treat === 'write';
  return isWrite(method) && (graphql === undefined || graphql.kind === 'mutation');
}

/** Where requests of one shape held several values, none of which was issued: the client makes them anew. */
function repeatedAnew(entries: readonly Entry[]): ReadonlySet<string> {
  const first = new Map<string, string>();
  const repeated = new Set<string>();
  for (const { read, issued } of entries) {
    read.shape?.tokens.forEach(({ value }, i) => {
      if (issued[i]) return;
      const place = `${read.shape!.key} ${i}`;
      const known = first.get(place);
      if (known === undefined) first.set(place, value);
      else if (known !== value) repeated.add(place);
    });
  }
  return repeated;
}

function windowOf(session: Session, entries: readonly Entry[]): { fromMs: number; toMs: number } {
  let toMs = session.endedAt ?? session.startedAt;
  for (const { exchange } of entries) toMs = Math.max(toMs, exchange.startedAt);
  return { fromMs: session.startedAt, toMs };
}

function* effectFacts(reads: IndexReads, session: Session, entries: readonly Entry[]): IterableIterator<EffectFacts> {
  const issuedBy = new Map<number, string[]>();
  const usedBy = new Map<number, string[]>();
  for (const { from, to, value } of reads.flows(session.id)) {
    push(issuedBy, from, value);
    push(usedBy, to, value);
  }
  const digests = steadyDigests(
    reads,
    entries.map(({ exchange, read }) => ({
      position: exchange.position,
      requestKey: read.requestKey,
      isWrite: conductIsWrite(exchange.method, read),
      outcome: exchange.outcome,
    })),
  );
  const addressed = new Set<string>();
  for (const { exchange, read, mentions } of entries) {
    if (!conductIsWrite(exchange.method, read)) for (const value of mentions) addressed.add(value);
  }
  for (const [i, { candidate, exchange, read, mentions }] of entries.entries()) {
    const { position, startedAt, durationMs, targetName, method, path, outcome } = exchange;
    const response = responseOf(outcome);
    const issuedValues = issuedBy.get(position);
    const usedValues = usedBy.get(position);
    const digest = digests[i];
    const named = mentions.filter((value) => addressed.has(value));
    yield {
      position,
      startedAt,
      ...(durationMs === undefined ? {} : { endedAt: startedAt + durationMs }),
      targetName,
      method,
      path,
      requestKey: read.requestKey,
      servable: candidate.servable,
      ...(read.graphql ? { graphql: read.graphql } : {}),
      ...(outcome?.kind === 'response' && response ? { status: response.status } : {}),
      ...(digest === undefined ? {} : { responseDigest: digest }),
      ...(issuedValues ? { issuedValues } : {}),
      ...(usedValues ? { usedValues } : {}),
      ...(named.length > 0 ? { mentions: named } : {}),
      ...(read.treat ? { treat: read.treat } : {}),
    };
  }
}

function push(lists: Map<number, string[]>, position: number, value: string): void {
  const list = lists.get(position);
  if (list) list.push(value);
  else lists.set(position, [value]);
}
