import type { BlindSpots, HiddenPast, Sample } from '../model/blind-spot.ts';
import { isDraftName } from '../model/address.ts';
import { compileCompareRules, type NamedCompareRule } from '../model/compare-rule-set.ts';
import { type Exchange, responseOf } from '../model/exchange.ts';
import type { Baseline } from '../model/run.ts';
import { originForm } from '../model/target.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import type { RunStore } from '../store/run-store.ts';
import { FieldTally } from './field-tally.ts';
import { hiddenPast } from './hidden-past.ts';
import { baselineTalk } from './recorded-talk.ts';

/** How much is looked at before the rest is left to a sample. */
export interface BlindSpotLimits {
  /** Answers whose fields are counted; of more, these many at equal distances. */
  readonly answers: number;
  /** Bytes of their bodies; a larger body is one field. */
  readonly bodyBytes: number;
  /** Past checks judged again, the newest first. */
  readonly checks: number;
}

/** For a person who waits for an answer: about a second. */
export const previewLimits: BlindSpotLimits = { answers: 400, bodyBytes: 8_000_000, checks: 200 };

/** For a list that somebody asked for: seconds. */
export const listLimits: BlindSpotLimits = { answers: 10_000, bodyBytes: 100_000_000, checks: 5000 };

export interface BlindSpotOptions {
  readonly reader: CassetteReads;
  /** Past runs; undefined where there are none. */
  readonly runStore: RunStore | undefined;
  /** In their order. */
  readonly rules: readonly NamedCompareRule[];
  readonly limits: BlindSpotLimits;
}

/**
 * What rules hide of a cassette: fields of the newest baselines of all its sessions, and differences of past runs. Reads
 * only; bounded by the limits, which the result tells of. CASSETTE_CORRUPT.
 */
export function blindSpots({ reader, runStore, rules, limits }: BlindSpotOptions): BlindSpots {
  const set = compileCompareRules(rules);
  const tally = new FieldTally(set);
  const answers = countFields(reader, limits, tally);
  const past = runStore && hiddenPast({ reader, runStore, rules: set, mostChecks: limits.checks });
  return {
    rules: tally.rules().map(({ rule, ...counted }) => ({
      name: rule.name,
      rule: rule.rule,
      ...counted,
      past: past?.byRule.get(rule) ?? noPast,
    })),
    together: tally.together(),
    answers,
    checks: past?.checks ?? { looked: 0, of: 0 },
  };
}

const noPast: HiddenPast = {
  asked: 0,
  differences: 0,
  bySeverity: { broken: 0, changed: 0, added: 0 },
  checks: 0,
  runs: 0,
  perRun: [],
  samples: [],
};

function countFields(reader: CassetteReads, limits: BlindSpotLimits, tally: FieldTally): Sample {
  const sessions = reader.sessions().filter(({ name }) => !isDraftName(name));
  const of = sessions.reduce((sum, { exchangeCount }) => sum + exchangeCount, 0);
  const step = Math.max(1, of / limits.answers);
  let looked = 0;
  let bytesLeft = limits.bodyBytes;
  let before = 0;
  for (const { id, exchangeCount } of sessions) {
    for (let next = Math.ceil(before / step); Math.floor(next * step) < before + exchangeCount; next += 1) {
      if (bytesLeft <= 0) return { looked, of };
      const exchange = reader.exchange(id, Math.floor(next * step) - before);
      const baseline = exchange && reader.baselines(exchange.id).at(-1);
      if (!baseline) continue;
      looked += 1;
      bytesLeft -= addBaseline({ reader, exchange, baseline, tally, mostBytes: bytesLeft });
    }
    before += exchangeCount;
  }
  return { looked, of };
}

export interface CountedBaseline {
  readonly reader: CassetteReads;
  readonly exchange: Exchange;
  readonly baseline: Baseline;
  readonly tally: FieldTally;
  /** A larger body is not read. */
  readonly mostBytes: number;
}

/** Counts the fields of one baseline; gives the bytes of its body that were read. */
export function addBaseline({ reader, exchange, baseline, tally, mostBytes }: CountedBaseline): number {
  const facts = responseOf(baseline.outcome)?.body;
  const isRead = facts !== undefined && facts.sizeBytes > 0 && facts.sizeBytes <= mostBytes;
  const { request, targetName } = exchange;
  const messages = baselineTalk(reader, exchange, baseline);
  tally.add(
    { method: request.method, path: originForm(request.target), server: targetName },
    {
      outcome: baseline.outcome,
      body: isRead ? reader.body(facts.sha256) : Buffer.alloc(0),
      ...(messages && { messages }),
    },
  );
  return isRead ? facts.sizeBytes : 0;
}
