import { visible } from '../base/log.ts';
import type { DiffRow, RowSide, RowState } from '../compare/diff-row.ts';

export interface DiffGridProps {
  readonly rows: readonly DiffRow[];
  /** What the grid shows, for its label: `body`, `headers`. */
  readonly label: string;
  /** The same view with this fold open. */
  readonly unfoldUrl: (fold: { readonly from: number; readonly to: number }) => string;
  /** The difference in focus, as `part:path`. */
  readonly current: string | undefined;
}

const signs: Readonly<Record<RowState, string>> = {
  same: '',
  changed: '~',
  added: '+',
  removed: '−',
  moved: '↕',
  equivalent: '≈',
};

/** Baseline and fresh side by side, line by line. Every changed line says so in a word, not only by colour. */
export function DiffGrid({ rows, label, unfoldUrl, current }: DiffGridProps) {
  return (
    <div class="diff" tabindex={0} role="region" aria-label={`Differences of the ${label}`}>
      <table class="diff-table">
        <thead class="visually-hidden">
          <tr>
            <th scope="col">State</th>
            <th scope="col">Line</th>
            <th scope="col">Baseline</th>
            <th scope="col">Line</th>
            <th scope="col">Fresh</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) =>
            row.kind === 'fold' ? (
              <tr class="fold">
                <td colspan={5}>
                  <a href={unfoldUrl(row)} data-swap aria-label={`Show ${row.text.replace(/^…\s*/, '')} lines`}>
                    {row.text}
                  </a>
                </td>
              </tr>
            ) : (
              <tr
                class={`line ${row.state}${row.difference !== undefined && row.difference === current ? ' current' : ''}`}
                data-difference={row.difference}
              >
                <td class="sign">
                  {row.state === 'same' ? null : (
                    <>
                      <span aria-hidden="true">{signs[row.state]}</span>
                      <span class="visually-hidden">{row.state}</span>
                    </>
                  )}
                </td>
                <Side side={row.baseline} which="baseline" label={row.label} />
                <Side side={row.fresh} which="fresh" label={row.label} />
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}

function Side(props: {
  readonly side: RowSide | undefined;
  readonly which: 'baseline' | 'fresh';
  readonly label: string | undefined;
}) {
  const { side, which, label } = props;
  if (side === undefined) {
    return (
      <>
        <td class={`line-number ${which}`}></td>
        <td class={`text ${which} absent`}></td>
      </>
    );
  }
  return (
    <>
      <td class={`line-number ${which}`}>{side.line}</td>
      <td class={`text ${which}`}>
        <MarkedText side={side} />
        {label === undefined ? null : <span class="line-label">{visible(label)}</span>}
      </td>
    </>
  );
}

/** The text with its differing stretches marked. */
function MarkedText({ side: { text, marks } }: { readonly side: RowSide }) {
  if (marks.length === 0) return <>{visible(text)}</>;
  const pieces = [];
  let at = 0;
  for (const { start, end } of marks) {
    pieces.push(visible(text.slice(at, start)), <mark>{visible(text.slice(start, end))}</mark>);
    at = end;
  }
  pieces.push(visible(text.slice(at)));
  return <>{pieces}</>;
}
