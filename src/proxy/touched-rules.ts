import type { Exchange } from '../model/exchange.ts';
import { formatMatchRuleLine } from '../model/match-rule-grammar.ts';
import { type CompiledRule, type MatchRuleSet, noMatchRules } from '../model/match-rule-set.ts';
import { isTouched, lazyShape } from '../model/rule-touch.ts';
import type { Session } from '../model/session.ts';
import { originForm } from '../model/target.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import type { LayerSource } from './replay-layer.ts';

/** How many recordings of these sessions each rule touches. */
export function countTouched(
  reads: CassetteReads,
  sessions: readonly Session[],
  set: MatchRuleSet,
): ReadonlyMap<CompiledRule, number> {
  const counts = new Map(set.rules.map((rule) => [rule, 0]));
  if (counts.size === 0) return counts;
  for (const { id } of sessions) {
    for (const exchange of reads.exchanges(id)) {
      for (const rule of touching(reads, exchange, set)) counts.set(rule, counts.get(rule)! + 1);
    }
  }
  return counts;
}

/** Rules in force that touch no recording of any replayed session, in their order, one line each. */
export function untouchedRules(layers: readonly LayerSource[]): string[] {
  const left = new Set(layers.flatMap(({ rules = noMatchRules }) => rules.rules.map(lineOf)));
  for (const { reader, session, rules = noMatchRules } of layers) {
    if (left.size === 0) break;
    for (const exchange of reader.exchanges(session.id)) {
      for (const rule of touching(reader, exchange, rules)) left.delete(lineOf(rule));
      // Mostly at once: rules are made for what is recorded.
      if (left.size === 0) break;
    }
  }
  return [...left];
}

function lineOf({ rule }: CompiledRule): string {
  return formatMatchRuleLine(rule);
}

function touching(reads: CassetteReads, exchange: Exchange, set: MatchRuleSet): readonly CompiledRule[] {
  const { method, target, headers, body } = exchange.request;
  const about = set.rulesFor({ method, path: originForm(target), server: exchange.targetName });
  if (about.length === 0) return about;
  const shape = lazyShape(headers, () => bodyOf(reads, exchange));
  const request = { target, headers, hasBody: body.sizeBytes > 0, shape };
  return about.filter((rule) => isTouched(request, rule));
}

/** Larger bodies are matched by their hash: no rule looks into them. */
const readBytes = 16 * 1024 * 1024;

function bodyOf(reads: CassetteReads, { request }: Exchange): Buffer | undefined {
  const { sizeBytes, sha256, truncated } = request.body;
  return sizeBytes === 0 || truncated || sizeBytes > readBytes ? undefined : reads.body(sha256);
}
