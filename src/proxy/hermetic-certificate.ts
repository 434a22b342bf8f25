import { contentHash } from '../store/content-hash.ts';
import { type LedgerSummary, maxEntries } from './ledger.ts';
import type { LayerSource } from './replay-layer.ts';
import type { FailReason } from './replay-verdict.ts';

/** The options that decide what is served, as a person gives them. */
export interface CertifiedOptions {
  readonly sequence: string;
  readonly exhausted: string;
  readonly timing: string;
  readonly onMiss: string;
  readonly strict: boolean;
  /** What was to be broken on purpose, one line each. */
  readonly faults: readonly string[];
  /** `recorded`, or how times in answers were moved. */
  readonly time: string;
}

export interface CertificateFacts {
  readonly toolVersion: string;
  readonly layers: readonly LayerSource[];
  /** Of the match rules in force. */
  readonly rulesHash: string;
  readonly options: CertifiedOptions;
  readonly ledger: LedgerSummary;
  readonly failed: readonly FailReason[];
  readonly upstreamConnections: number;
  /** Hosts that the client asked past the proxy. */
  readonly bypassed: readonly string[];
}

export interface HermeticCertificate {
  readonly schema: 'retake.certificate/1';
  /** Every answer came from the cassettes and options named here, and from nothing else. */
  readonly hermetic: boolean;
  /** Why not, in words; empty when it is. */
  readonly reasons: readonly string[];
  readonly verdict: 'passed' | 'failed';
  readonly failed: readonly FailReason[];
  readonly tool: { readonly name: 'retake'; readonly version: string };
  /** In the order in which they are asked. */
  readonly cassettes: readonly {
    readonly name: string;
    readonly sessions: readonly string[];
    /** Of the replayed sessions. */
    readonly contentHash: string;
  }[];
  readonly rulesHash: string;
  readonly options: CertifiedOptions;
  readonly counts: Readonly<Record<CountName, number>>;
  readonly lanes: LedgerSummary['lanes'];
  /** Addresses of recordings that nobody asked for, in the order of recording; the first ones. */
  readonly unused: readonly string[];
  /** Left out, as are relaxations, where there are more than the ledger keeps: which ones it keeps is chance. */
  readonly misses?: readonly CertifiedMiss[];
  readonly relaxations?: LedgerSummary['relaxationList'];
  /** What was broken on purpose, and how often. */
  readonly faults?: LedgerSummary['faultList'];
}

type CountName =
  | 'hits'
  | 'distinctHits'
  | 'misses'
  | 'forwarded'
  | 'relaxed'
  | 'unused'
  | 'faults'
  | 'upstreamConnections';

interface CertifiedMiss {
  readonly code: string;
  readonly method: string;
  readonly targetName: string;
  readonly target: string;
  readonly lane: string;
  readonly answer: string;
  readonly count: number;
}

/**
 * What a replay rested on and what came of it. Two runs in which the same requests got the same answers give equal
 * certificates, whatever order and whichever connections the requests came in: everything is counted or sorted, and
 * nothing in it is of this run alone (no time, port, process or path).
 */
export function hermeticCertificate(facts: CertificateFacts): HermeticCertificate {
  const { ledger, failed } = facts;
  const reasons = reasonsAgainst(facts);
  return {
    schema: 'retake.certificate/1',
    hermetic: reasons.length === 0,
    reasons,
    verdict: failed.length === 0 ? 'passed' : 'failed',
    failed,
    tool: { name: 'retake', version: facts.toolVersion },
    cassettes: cassettesOf(facts.layers),
    rulesHash: facts.rulesHash,
    options: facts.options,
    counts: {
      hits: ledger.hits,
      distinctHits: ledger.distinctHits,
      misses: ledger.misses,
      forwarded: ledger.forwarded,
      relaxed: ledger.relaxed,
      unused: ledger.unused,
      faults: ledger.faults,
      upstreamConnections: facts.upstreamConnections,
    },
    lanes: ledger.lanes,
    unused: ledger.unusedList.map(({ address }) => address),
    ...(ledger.missList.length < maxEntries ? { misses: missesOf(ledger) } : {}),
    ...(ledger.relaxationList.length < maxEntries ? { relaxations: sorted(ledger.relaxationList) } : {}),
    ...(ledger.faultList.length < maxEntries ? { faults: sorted(ledger.faultList) } : {}),
  };
}

/** As it stands in a file. */
export function formatCertificate(certificate: HermeticCertificate): string {
  return `${JSON.stringify(certificate, undefined, 2)}\n`;
}

function reasonsAgainst({ ledger, upstreamConnections, bypassed, options }: CertificateFacts): string[] {
  const reasons: string[] = [];
  if (upstreamConnections > 0) {
    reasons.push(`connections to real servers: ${upstreamConnections}`);
  }
  if (ledger.forwarded > 0) reasons.push(`requests that real servers were asked: ${ledger.forwarded}`);
  if (bypassed.length > 0) reasons.push(`NO_PROXY keeps ${bypassed.toSorted().join(', ')} out of the proxy`);
  if (options.time !== 'recorded') reasons.push(`times in answers depend on the clock (${options.time})`);
  return reasons;
}

function cassettesOf(layers: readonly LayerSource[]): HermeticCertificate['cassettes'] {
  return [...new Set(layers.map(({ reader }) => reader))].map((reader) => {
    const own = layers.filter((layer) => layer.reader === reader);
    const sessions = own.map(({ session }) => session);
    return {
      name: own[0]!.cassette,
      sessions: sessions.map(({ name }) => name),
      contentHash: contentHash(reader, sessions),
    };
  });
}

function missesOf({ missList }: LedgerSummary): CertifiedMiss[] {
  // Without the explanation: it is about the first of several requests, whichever that was.
  const misses = missList.map(({ report: { code, asked, lane }, answer, count }) => ({
    code,
    method: asked.method,
    targetName: asked.targetName,
    target: asked.target,
    lane,
    answer,
    count,
  }));
  return sorted(summed(misses));
}

/** The ledger keeps places of one conversation apart. */
function summed(misses: readonly CertifiedMiss[]): CertifiedMiss[] {
  const byFacts = new Map<string, CertifiedMiss>();
  for (const { count, ...facts } of misses) {
    const key = JSON.stringify(facts);
    byFacts.set(key, { ...facts, count: count + (byFacts.get(key)?.count ?? 0) });
  }
  return [...byFacts.values()];
}

/** By their text, code unit by code unit: the same on every machine. */
function sorted<T extends object>(entries: readonly T[]): T[] {
  return entries
    .map((entry) => ({ entry, text: JSON.stringify(entry) }))
    .toSorted((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ entry }) => entry);
}
