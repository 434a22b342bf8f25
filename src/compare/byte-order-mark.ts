import type { Difference } from '../model/verdict.ts';

const byteOrderMark = '\uFEFF';

/** A mark on one side only: some clients do not read past it. */
export function compareByteOrderMarks(before: string, after: string): Difference[] {
  const [first, second] = [before.startsWith(byteOrderMark), after.startsWith(byteOrderMark)];
  if (first === second) return [];
  const at = { part: 'body', path: '', pattern: '', severity: 'changed' } as const;
  const words = 'byte order mark';
  return [second ? { ...at, kind: 'added', after: words } : { ...at, kind: 'removed', before: words }];
}

export function withoutByteOrderMark(text: string): string {
  return text.startsWith(byteOrderMark) ? text.slice(1) : text;
}
