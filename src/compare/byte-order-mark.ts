import type { Difference } from '../model/verdict.ts';
import { ruledDifferences } from './difference-list.ts';
import type { Rulings } from './rulings.ts';

const byteOrderMark = '\uFEFF';

/** A mark on one side only: some clients do not read past it. */
export function compareByteOrderMarks(before: string, after: string, rulings: Rulings): Difference[] {
  const [first, second] = [before.startsWith(byteOrderMark), after.startsWith(byteOrderMark)];
  if (first === second) return [];
  const at = { part: 'body', path: '', pattern: '', severity: 'changed' } as const;
  const words = 'byte order mark';
  const found = second
    ? { ...at, kind: 'added' as const, after: words }
    : { ...at, kind: 'removed' as const, before: words };
  return ruledDifferences([found], rulings);
}

export function withoutByteOrderMark(text: string): string {
  return text.startsWith(byteOrderMark) ? text.slice(1) : text;
}
