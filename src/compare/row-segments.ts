import type { DiffRow, RowOptions, RowState } from './diff-row.ts';
import { visibleRanges, type RowRange } from './row-ranges.ts';
import { markedSides, rowSide } from './word-marks.ts';

/** Some lines of one side, written only when they are looked at. */
export interface LineBlock {
  readonly count: number;
  /** Calls back with each line of the range and its place in the block, in order. */
  readonly write: (range: RowRange, put: (text: string, line: number) => void) => void;
}

/** Lines that stand side by side and share a state. */
export interface Segment {
  readonly state: RowState;
  readonly baseline?: LineBlock | undefined;
  readonly fresh?: LineBlock | undefined;
  /** Shown on the first row. */
  readonly difference?: string | undefined;
  readonly label?: string | undefined;
  /** Differs, but is not opened by itself. */
  readonly folded?: boolean;
}

const defaultContext = 2;
const defaultLimit = 2000;

interface PlacedSegment extends Segment {
  readonly rows: RowRange;
  readonly baselineLine: number;
  readonly freshLine: number;
}

/** A side-by-side view as a list of segments; rows come into being only where they are visible. */
export class RowSegments {
  readonly #segments: PlacedSegment[] = [];
  /** Rows that differ. */
  readonly #changed: RowRange[] = [];
  /** Those of them that are shown without being asked for. */
  readonly #wanted: RowRange[] = [];
  /** Rows that open the containers around the changes. */
  readonly #openers: RowRange[] = [];
  readonly #open: { readonly row: number; shown: boolean }[] = [];
  #rows = 0;
  #baselineLine: number;
  #freshLine: number;

  /** `firstLine` is the number of the first line on both sides. */
  constructor(firstLine = 1) {
    this.#baselineLine = firstLine;
    this.#freshLine = firstLine;
  }

  add(segment: Segment): void {
    const count = Math.max(segment.baseline?.count ?? 0, segment.fresh?.count ?? 0);
    const rows = { from: this.#rows, to: this.#rows + count };
    this.#segments.push({ ...segment, rows, baselineLine: this.#baselineLine, freshLine: this.#freshLine });
    this.#rows += count;
    this.#baselineLine += segment.baseline?.count ?? 0;
    this.#freshLine += segment.fresh?.count ?? 0;
    if (segment.state === 'same') return;
    this.#changed.push(rows);
    if (segment.folded) return;
    this.#wanted.push(rows);
    for (const opener of this.#open) {
      if (!opener.shown) this.#openers.push({ from: opener.row, to: opener.row + 1 });
      opener.shown = true;
    }
  }

  /** The row added last opens a container: it stays visible when something in it differs. */
  enter(): void {
    this.#open.push({ row: this.#rows - 1, shown: false });
  }

  leave(): void {
    this.#open.pop();
  }

  rows(options: RowOptions): DiffRow[] {
    const context = options.context ?? defaultContext;
    const wanted = [
      ...this.#wanted.map(({ from, to }) => ({ from: from - context, to: to + context })),
      ...this.#openers,
      ...(options.expand ?? []),
    ];
    const visible = visibleRanges(wanted, this.#rows, options.limit ?? defaultLimit);
    const rows: DiffRow[] = [];
    let shown = 0;
    let next = 0;
    for (const range of visible) {
      this.#fold(rows, { from: shown, to: range.from });
      while (this.#segments[next] && this.#segments[next]!.rows.to <= range.from) next++;
      for (let i = next; this.#segments[i] && this.#segments[i]!.rows.from < range.to; i++) {
        rows.push(...rowsOf(this.#segments[i]!, range));
      }
      shown = range.to;
    }
    this.#fold(rows, { from: shown, to: this.#rows });
    return rows;
  }

  #fold(rows: DiffRow[], range: RowRange): void {
    if (range.from >= range.to) return;
    const hidesChanges = this.#hidesChanges(range);
    const count = (range.to - range.from).toLocaleString('en-US');
    rows.push({ kind: 'fold', ...range, text: `… ${count} ${hidesChanges ? 'more rows' : 'unchanged'}` });
  }

  /** Changed rows are in order: the first that ends after the beginning of the range decides. */
  #hidesChanges({ from, to }: RowRange): boolean {
    let low = 0;
    let high = this.#changed.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#changed[middle]!.to <= from) low = middle + 1;
      else high = middle;
    }
    return low < this.#changed.length && this.#changed[low]!.from < to;
  }
}

function rowsOf(segment: PlacedSegment, visible: RowRange): DiffRow[] {
  const range = {
    from: Math.max(0, visible.from - segment.rows.from),
    to: Math.min(segment.rows.to, visible.to) - segment.rows.from,
  };
  const baseline = linesOf(segment.baseline, range);
  const fresh = linesOf(segment.fresh, range);
  const rows: DiffRow[] = [];
  for (let line = range.from; line < range.to; line++) {
    rows.push({
      kind: 'line',
      state: segment.state,
      ...sides(segment, line, baseline.get(line), fresh.get(line)),
      ...(line === 0 && segment.difference !== undefined ? { difference: segment.difference } : {}),
      ...(line === 0 && segment.label !== undefined ? { label: segment.label } : {}),
    });
  }
  return rows;
}

function sides(segment: PlacedSegment, line: number, before: string | undefined, after: string | undefined) {
  const baseline = before === undefined ? undefined : { line: segment.baselineLine + line, text: before };
  const fresh = after === undefined ? undefined : { line: segment.freshLine + line, text: after };
  if (baseline && fresh && baseline.text !== fresh.text) return markedSides(baseline, fresh);
  return {
    ...(baseline ? { baseline: rowSide(baseline.line, baseline.text) } : {}),
    ...(fresh ? { fresh: rowSide(fresh.line, fresh.text) } : {}),
  };
}

function linesOf(block: LineBlock | undefined, range: RowRange): Map<number, string> {
  const lines = new Map<number, string>();
  block?.write(range, (text, line) => lines.set(line, text));
  return lines;
}
