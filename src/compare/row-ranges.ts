/** Rows of the unfolded view, `to` excluded. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** The rows to show of `total`: overlapping ranges merged, at most `limit` rows from the top. Sorted, disjoint. */
export function visibleRanges(wanted: readonly RowRange[], total: number, limit: number): RowRange[] {
  const merged: { from: number; to: number }[] = [];
  for (const range of wanted.toSorted((a, b) => a.from - b.from)) {
    // A fold in place of a single row would save nothing.
    const from = range.from <= 1 ? 0 : range.from;
    const to = range.to >= total - 1 ? total : range.to;
    const last = merged.at(-1);
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to);
    else if (from < to) merged.push({ from, to });
  }
  return limited(merged, limit);
}

function limited(ranges: readonly RowRange[], limit: number): RowRange[] {
  const kept: RowRange[] = [];
  let left = limit;
  for (const { from, to } of ranges) {
    if (left <= 0) break;
    kept.push({ from, to: Math.min(to, from + left) });
    left -= to - from;
  }
  return kept;
}
