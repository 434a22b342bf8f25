import type { Verdict } from '../../model/verdict.ts';

/** Colours a text, or does not: the command decides. */
export type Painter = (style: 'red' | 'green' | 'yellow' | 'dim' | 'bold', text: string) => string;

interface Look {
  readonly glyph: string;
  readonly style: Parameters<Painter>[0];
}

/** Glyph and colour go together, so that nothing is told by colour alone. */
export const looks: Readonly<Record<Verdict, Look>> = {
  same: { glyph: '=', style: 'green' },
  equivalent: { glyph: '≈', style: 'dim' },
  added: { glyph: '+', style: 'green' },
  changed: { glyph: '~', style: 'yellow' },
  broken: { glyph: '✗', style: 'red' },
  missing: { glyph: '?', style: 'red' },
  unexpected: { glyph: '!', style: 'red' },
  failed: { glyph: '✗', style: 'red' },
};

export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
