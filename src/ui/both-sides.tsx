import { visible } from '../base/log.ts';
import type { Check } from '../model/run.ts';
import { DiffGrid } from '../views/diff-grid.tsx';
import { HeaderDiff } from '../views/header-diff.tsx';
import { Icon } from '../views/icon.tsx';
import { failureWords, statusTone } from '../views/outcome-words.ts';
import { BothPictures } from './both-pictures.tsx';
import { reviewUrl } from './links.ts';
import { responseOf } from '../model/exchange.ts';
import type { CheckView } from './review-view.ts';

export interface BothSidesProps {
  readonly check: Check;
  readonly view: CheckView;
  /** The difference in focus, as `part:path`. */
  readonly difference: string | undefined;
  /** Ranges unfolded so far, as in the URL. */
  readonly expand: readonly string[];
  /** Key of the cluster in view. */
  readonly cluster: string | undefined;
}

/** Beyond any number of rows: unfolds everything, up to what one page shows. */
const allRows = 1_000_000;

/** Status, headers and body of both sides. */
export function BothSides(props: BothSidesProps) {
  const { check, view, difference, cluster } = props;
  const before = responseOf(view.baseline?.outcome);
  const after = responseOf(view.fresh?.outcome);
  const hasFolds = view.rows?.some(({ kind }) => kind === 'fold') ?? false;
  const unfoldUrl = ({ from, to }: { from: number; to: number }): string => {
    const expand = [...props.expand, `${from}-${to}`];
    return reviewUrl(check.runId, { cluster, check: check.id, difference, expand });
  };
  const statusDiffers = before?.status !== after?.status || check.differences.some(({ part }) => part === 'failure');
  return (
    <div id="review-view" class="both-sides">
      <div class="side-names">
        <span aria-hidden="true">Baseline</span>
        <span aria-hidden="true">Fresh</span>
        {hasFolds ? (
          <a href={unfoldUrl({ from: 0, to: allRows })} data-swap aria-keyshortcuts="e" title="Show all lines  e">
            Show all lines
          </a>
        ) : null}
      </div>
      <table class="status-row" aria-label="Status">
        <colgroup>
          <col class="name-column" />
          <col class="value-column" />
          <col />
        </colgroup>
        <tbody>
          <tr
            class={statusDiffers ? 'line changed' : 'line same'}
            data-difference={
              check.differences.find(({ part }) => part === 'status' || part === 'failure') && statusKey(check)
            }
          >
            <th scope="row">Status</th>
            <td class={view.baseline === undefined ? 'text baseline absent' : 'text baseline'}>
              <OutcomeWords outcome={view.baseline?.outcome} />
            </td>
            <td class={view.fresh === undefined ? 'text fresh absent' : 'text fresh'}>
              <OutcomeWords outcome={view.fresh?.outcome} />
            </td>
          </tr>
        </tbody>
      </table>
      {before && after ? (
        <HeaderDiff
          baseline={before.headers}
          fresh={after.headers}
          differences={check.differences.filter(({ part }) => part === 'header')}
          current={difference}
        />
      ) : null}
      {before && after && before.trailers.length + after.trailers.length > 0 ? (
        <HeaderDiff
          name="trailer"
          baseline={before.trailers}
          fresh={after.trailers}
          differences={check.differences.filter(({ part }) => part === 'trailer')}
          current={difference}
        />
      ) : null}
      {view.bodyProblem === undefined ? null : (
        <p class="notice warn">
          <Icon name="warning" />
          <span>{visible(view.bodyProblem)}</span>
        </p>
      )}
      {view.pictures === undefined ? null : <BothPictures check={check} pictures={view.pictures} />}
      {view.rows === undefined || view.rows.length === 0 ? null : view.pictures === undefined ? (
        <DiffGrid rows={view.rows} label={view.shows ?? 'body'} unfoldUrl={unfoldUrl} current={difference} />
      ) : (
        <details class="picture-bytes" open={props.expand.length > 0}>
          <summary>Bytes</summary>
          <DiffGrid rows={view.rows} label="body" unfoldUrl={unfoldUrl} current={difference} />
        </details>
      )}
    </div>
  );
}

function statusKey(check: Check): string {
  const found = check.differences.find(({ part }) => part === 'status' || part === 'failure')!;
  return `${found.part}:${found.path}`;
}

function OutcomeWords({ outcome }: { readonly outcome: NonNullable<CheckView['fresh']>['outcome'] | undefined }) {
  if (outcome === undefined) return <span class="quiet">no response</span>;
  if (outcome.kind === 'failure') return <span class="tone-bad">{failureWords(outcome.code).short}</span>;
  return (
    <span class={`tone-${statusTone(outcome.status)}`}>
      {outcome.status} {visible(outcome.reason)}
    </span>
  );
}
