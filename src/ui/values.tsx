import { visible } from '../base/log.ts';
import type { Difference } from '../model/verdict.ts';

/** Before and after, as marked text. */
export function Values({ kind, before, after }: Pick<Difference, 'kind' | 'before' | 'after'>) {
  if (kind === 'moved') return <span class="quiet">moved</span>;
  return (
    <>
      {before === undefined ? <span class="quiet">absent</span> : <del>{visible(before)}</del>}
      <span class="arrow"> → </span>
      {after === undefined ? <span class="quiet">absent</span> : <ins>{visible(after)}</ins>}
    </>
  );
}
