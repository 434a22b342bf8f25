import type { Difference } from '../model/verdict.ts';
import { compareBytes } from './compare-bytes.ts';
import { compareTexts } from './compare-text.ts';
import type { Comparison } from './comparison.ts';
import type { Content } from './content.ts';
import { DifferenceList } from './difference-list.ts';

/** Differences of bodies that no format reads on both sides: by lines where both are text, else by bytes. */
export function compareUnalike(before: Content, after: Content, comparison: Comparison): Difference[] {
  const found = new DifferenceList('body', comparison.rulings);
  const isWorse = after.problem !== undefined && before.problem === undefined;
  // JSON that no longer parses, text that is none any more: clients that read the baseline cannot read this.
  if (before.kind !== after.kind || isWorse) {
    found.add({ path: '', kind: 'type', severity: 'broken', before: kindWords(before), after: kindWords(after) });
  }
  const isText = before.kind !== 'bytes' && after.kind !== 'bytes';
  if (!isText && !before.bytes.equals(after.bytes)) found.add(compareBytes(before.bytes, after.bytes));
  return isText ? [...found.list(), ...compareTexts(before, after, comparison)] : found.list();
}

function kindWords(content: Content): string {
  const words = { json: 'JSON', text: 'text', bytes: 'bytes' }[content.kind];
  return content.problem === undefined ? words : `${words}, ${content.problem}`;
}
