import type { Exchange } from '../model/exchange.ts';
import { formatMatchRuleLine } from '../model/match-rule-grammar.ts';
import { type CompiledRule, compileMatchRules, type MatchRuleSet } from '../model/match-rule-set.ts';
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

/**
 * Match rules of the replayed cassettes that are about no recorded request any more, in their order, one line each.
 * Whether a request has the place that a rule speaks of does not matter: it may be one that only clients of today send.
 * Rules of the project are about all its cassettes, so none of them alone can tell.
 */
export function rulesWithoutRecording(layers: readonly LayerSource[]): string[] {
  return [...new Set(layers.map(({ reader }) => reader))].flatMap((reader) => {
    const { rules, rulesFor } = compileMatchRules(reader.matchRules().map(({ rule }) => rule));
    const left = new Set(rules);
    for (const { id } of reader.sessions()) {
      for (let from = 0; left.size > 0;) {
        const page = reader.summaries(id, { from, limit: pageRows });
        for (const { method, target, targetName } of page) {
          for (const rule of rulesFor({ method, path: originForm(target), server: targetName })) left.delete(rule);
        }
        if (page.length < pageRows) break;
        from = page.at(-1)!.position + 1;
      }
    }
    return [...left].map(({ rule }) => formatMatchRuleLine(rule));
  });
}

const pageRows = 1000;

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
