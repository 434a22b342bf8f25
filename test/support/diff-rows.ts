import type { DiffRow, RowSide } from '../../src/compare/diff-row.ts';

/** Rows in one line each: `state n text | n text`, marked stretches in brackets. */
export function rowTexts(rows: readonly DiffRow[]): string[] {
  return rows.map((row) => {
    if (row.kind === 'fold') return row.text;
    return `${row.state} ${sideText(row.baseline)} | ${sideText(row.fresh)}`;
  });
}

function sideText(side: RowSide | undefined): string {
  if (!side) return '-';
  let text = side.text;
  for (const { start, end } of side.marks.toReversed())
    text = `${text.slice(0, start)}[${text.slice(start, end)}]${text.slice(end)}`;
  return `${side.line} ${text}`;
}
