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
        <colgroup>
          <col class="line-column" />
          <col />
          <col class="line-column" />
          <col />
        </colgroup>
        <thead class="visually-hidden">
          <tr>
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
                <td colspan={4}>
                  <a href={unfoldUrl(row)} data-swap aria-label={`Show ${row.text.replace(/^…\s*/, '')}`}>
                    {row.text}
                  </a>
                </td>
              </tr>
            ) : (
              <tr
                class={`line ${row.state}${row.difference !== undefined && row.difference === current ? ' current' : ''}`}
                data-difference={row.difference}
              >
                <Side side={row.baseline} which="baseline" state={row.state} label={row.label} />
                <Side side={row.fresh} which="fresh" state={row.state} label={row.label} />
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
  readonly state: RowState;
  readonly label: string | undefined;
}) {
  const { side, which, state, label } = props;
  if (side === undefined) {
    return (
      <>
        <td class={`line-number ${which} absent`}></td>
        <td class={`text ${which} absent`}></td>
      </>
    );
  }
  return (
    <>
      <td class={`line-number ${which}`}>{side.line}</td>
      <td class={`text ${which}`}>
        {state === 'same' ? null : (
          <>
            <span class="sign" aria-hidden="true">
              {signs[state]}
            </span>
            <span class="visually-hidden">{`${state}: `}</span>
          </>
        )}
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
