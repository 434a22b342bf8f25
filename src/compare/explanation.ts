import type { Clock } from './clock.ts';
import type { ValuePath } from './renames.ts';

/** What makes a difference `equivalent`. */
export type ExplanationRule = 'renaming' | 'clock';

/** What a difference of two values means; `note`: the evidence in words, also why it is a finding all the same. */
export type Explanation =
  | { readonly severity: 'equivalent'; readonly rule: ExplanationRule; readonly note?: string }
  | { readonly severity: 'changed'; readonly note?: string };

/** Where two values stand. */
export interface ValueSpot {
  readonly path: ValuePath;
  /** In words, for notes; empty when it is not known. */
  readonly place: string;
  readonly clock: Clock;
  /** How many texts it is wrapped in. */
  readonly depth: number;
}

export const byRenaming: Explanation = { severity: 'equivalent', rule: 'renaming' };
export const byClock: Explanation = { severity: 'equivalent', rule: 'clock' };

/** A finding. */
export function unexplained(note?: string): Explanation {
  return note === undefined ? { severity: 'changed' } : { severity: 'changed', note };
}

/** What all parts of a value mean together: it is explained when each is. Undefined when no part differs. */
export function together(parts: readonly Explanation[]): Explanation | undefined {
  const finding = parts.filter(({ severity }) => severity === 'changed');
  if (finding.length > 0) return finding.find(({ note }) => note !== undefined) ?? finding[0];
  return parts.find((part) => part.severity === 'equivalent' && part.rule === 'clock') ?? parts[0];
}
