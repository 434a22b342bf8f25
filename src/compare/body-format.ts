import type { Difference } from '../model/verdict.ts';
import type { Comparison } from './comparison.ts';
import type { Content } from './content.ts';
import type { FoundDifferences } from './json-rows.ts';
import type { RowSegments } from './row-segments.ts';
import type { ComparedValues } from './rulings.ts';

/** A way to read and compare bodies of one kind by what they mean. */
export interface BodyFormat {
  readonly name: string;
  /** Undefined when either side is not of this format. */
  read(baseline: Content, fresh: Content): ReadBodies | undefined;
}

/** Two bodies, read. */
export interface ReadBodies {
  /** What rules and invariants may speak of. */
  readonly values: ComparedValues;
  /** Side by side the values are shown, not the text: their differences stand there. */
  readonly shownAs?: 'values';
  /** Both side by side, where neither the values nor the text as it stands show the differences. */
  segments?(found: FoundDifferences): RowSegments;
  compare(comparison: Comparison): Difference[];
}

export const noValues: ComparedValues = { baseline: undefined, fresh: undefined };
