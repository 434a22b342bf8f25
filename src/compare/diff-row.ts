import type { TextSpan } from '../model/url-text.ts';

export type RowState = 'same' | 'changed' | 'added' | 'removed' | 'moved' | 'equivalent';

/** One side of a row. */
export interface RowSide {
  /** From 1, in the order shown: a moved element counts where it stands now. */
  readonly line: number;
  readonly text: string;
  /** Stretches of `text` that differ from the other side, in order; empty when the whole line does or nothing does. */
  readonly marks: readonly TextSpan[];
}

/** One line of a side-by-side view, or a run of unchanged lines folded into one. */
export type DiffRow =
  | {
      readonly kind: 'line';
      readonly state: RowState;
      /** Undefined where this side has no such line. */
      readonly baseline?: RowSide;
      readonly fresh?: RowSide;
      /** The difference shown on this row, as `part:path`. */
      readonly difference?: string;
      /** Identity of an array element, on its first line: `[id=ord_000123]`. */
      readonly label?: string;
    }
  | {
      readonly kind: 'fold';
      /** Numbers of the hidden rows in the unfolded view, `to` excluded: pass them as `expand` to see them. */
      readonly from: number;
      readonly to: number;
      /** For example `… 241 unchanged`. */
      readonly text: string;
    };

export interface RowOptions {
  /** Unchanged rows kept around each change; default 2. */
  readonly context?: number;
  /** Folded ranges to show. */
  readonly expand?: readonly { readonly from: number; readonly to: number }[];
  /** Rows returned at most; what is left is one fold at the end. Default 2,000. */
  readonly limit?: number;
}
