import { visible } from '../base/log.ts';
import type { RawHeaders } from '../model/headers.ts';
import { headerValues } from '../model/headers.ts';
import { type Difference, headerName } from '../model/verdict.ts';
import { formatCount } from './quantities.ts';

export interface HeaderDiffProps {
  readonly baseline: RawHeaders;
  readonly fresh: RawHeaders;
  /** Those of part `header`, or `trailer`. */
  readonly differences: readonly Difference[];
  readonly current: string | undefined;
  /** What they are called; headers unless told. */
  readonly name?: 'header' | 'trailer';
}

interface HeaderRow {
  readonly name: string;
  readonly baseline: readonly string[];
  readonly fresh: readonly string[];
  readonly difference: Difference | undefined;
}

/** Header by header, side by side; those that agree are folded away. */
export function HeaderDiff(props: HeaderDiffProps) {
  const { current, name = 'header' } = props;
  const plural = name === 'header' ? 'Headers' : 'Trailers';
  const rows = rowsOf(props);
  const differing = rows.filter(({ difference }) => difference !== undefined);
  const equal = rows.filter(({ difference }) => difference === undefined);
  return (
    <div class="header-diff">
      {differing.length === 0 ? null : <Rows rows={differing} current={current} label={`${plural} that differ`} />}
      {equal.length === 0 ? null : (
        <details id={`equal-${name}s`}>
          <summary>{formatCount(equal.length, `equal ${name}`)}</summary>
          <Rows rows={equal} current={current} label={`${plural} that are equal`} />
        </details>
      )}
    </div>
  );
}

function rowsOf({ baseline, fresh, differences, current }: HeaderDiffProps): HeaderRow[] {
  const names = new Map<string, string>();
  for (const headers of [baseline, fresh]) {
    for (let i = 0; i < headers.length; i += 2) {
      const lower = headers[i]!.toLowerCase();
      if (!names.has(lower)) names.set(lower, headers[i]!);
    }
  }
  return [...names].map(([lower, name]) => ({
    name,
    baseline: headerValues(baseline, lower),
    fresh: headerValues(fresh, lower),
    difference: shownOf(
      differences.filter(({ path }) => headerName(path) === lower),
      current,
    ),
  }));
}

/** A header made of pieces may have several: the one in focus, or the first that nothing explains. */
function shownOf(found: readonly Difference[], current: string | undefined): Difference | undefined {
  return (
    found.find(({ part, path }) => `${part}:${path}` === current) ??
    found.find(({ severity }) => severity !== 'equivalent') ??
    found[0]
  );
}

function Rows(props: {
  readonly rows: readonly HeaderRow[];
  readonly current: string | undefined;
  readonly label: string;
}) {
  return (
    <table class="header-rows" aria-label={props.label}>
      <colgroup>
        <col class="name-column" />
        <col class="value-column" />
        <col />
      </colgroup>
      <thead class="visually-hidden">
        <tr>
          <th scope="col">Header</th>
          <th scope="col">Baseline</th>
          <th scope="col">Fresh</th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map(({ name, baseline, fresh, difference }) => {
          const key = difference && `${difference.part}:${difference.path}`;
          const state =
            difference === undefined ? 'same' : difference.severity === 'equivalent' ? 'equivalent' : difference.kind;
          return (
            <tr
              class={`line ${state}${key !== undefined && key === props.current ? ' current' : ''}`}
              data-difference={key}
            >
              <th scope="row">{visible(name)}</th>
              <Values values={baseline} which="baseline" />
              <Values values={fresh} which="fresh" />
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Values(props: { readonly values: readonly string[]; readonly which: 'baseline' | 'fresh' }) {
  if (props.values.length === 0) return <td class={`text ${props.which} absent`}>—</td>;
  return (
    <td class={`text ${props.which}`}>
      {props.values.map((value) => (
        <span class="value">{visible(value)}</span>
      ))}
    </td>
  );
}
