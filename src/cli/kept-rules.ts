import { type AnyRule, formatRuleLine } from '../model/rule-line.ts';
import { reindex } from '../proxy/reindex.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import type { CassetteWriter } from '../store/cassette-writer.ts';

export interface NumberedRule {
  readonly id: number;
  readonly rule: AnyRule;
}

/** Who keeps a rule, and why. */
export interface RuleAuthor {
  readonly author: string;
  readonly note: string | undefined;
}

/** Rules of both kinds in a cassette, by their numbers. */
export function storedRules(reader: CassetteReads): readonly NumberedRule[] {
  return [
    ...reader.matchRules().map(({ id, rule }) => ({ id, rule: { kind: 'match', rule } as const })),
    ...reader.compareRules().map(({ id, rule }) => ({ id, rule: { kind: 'compare', rule } as const })),
  ].toSorted((a, b) => a.id - b.id);
}

/** The number of a rule that a cassette has already. */
export function numberOf(reader: CassetteReads, rule: AnyRule): number | undefined {
  const line = formatRuleLine(rule);
  return storedRules(reader).find((known) => formatRuleLine(known.rule) === line)?.id;
}

/**
 * Keeps a rule; gives its number. Nothing is recorded anew: for a match rule, what replay looks requests up in is made
 * again.
 */
export function keepRule(writer: CassetteWriter, { kind, rule }: AnyRule, { author, note }: RuleAuthor): number {
  const facts = { author, ...(note === undefined ? {} : { note }), at: Date.now() };
  if (kind === 'compare') return writer.addCompareRule({ rule, ...facts });
  const number = writer.addMatchRule({ rule, ...facts });
  reindex(writer);
  return number;
}

/** Takes a rule out; undefined when there is none of that number. */
export function dropRule(writer: CassetteWriter, number: number): AnyRule | undefined {
  const found = storedRules(writer.reader()).find(({ id }) => id === number);
  if (!found) return undefined;
  if (found.rule.kind === 'compare') writer.removeCompareRule(number);
  else {
    writer.removeMatchRule(number);
    reindex(writer);
  }
  return found.rule;
}
