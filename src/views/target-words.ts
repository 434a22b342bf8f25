import { visible } from '../base/log.ts';

/** A client of a forward proxy may have asked for hundreds. */
const shownTargets = 3;

/** The servers of a session in one line; lines and tabs in them become visible, too. */
export function targetWords(targets: readonly { readonly url: string }[]): string {
  const shown = targets.slice(0, shownTargets).map(({ url }) => visible(url).replaceAll(/[\n\t]/g, '?'));
  const more = targets.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
