import type { MatchRule } from './match-rule.ts';

/** A match rule as a cassette keeps it. */
export interface StoredMatchRule {
  /** Its number in the cassette; stays when others go. */
  readonly id: number;
  readonly rule: MatchRule;
  readonly author: string;
  /** Why. */
  readonly note?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export type NewMatchRule = Omit<StoredMatchRule, 'id'>;
