import type { Severity, Verdict } from '../model/verdict.ts';
import type { Tone } from './outcome-words.ts';

interface VerdictLook {
  /** Shape beside the word, so that colour never carries the meaning alone. */
  readonly glyph: string;
  readonly tone: Tone;
}

const looks: Readonly<Record<Verdict, VerdictLook>> = {
  same: { glyph: '=', tone: 'good' },
  equivalent: { glyph: '≈', tone: 'good' },
  added: { glyph: '+', tone: 'info' },
  changed: { glyph: '~', tone: 'warn' },
  broken: { glyph: '✕', tone: 'bad' },
  missing: { glyph: '∅', tone: 'bad' },
  unexpected: { glyph: '?', tone: 'bad' },
  failed: { glyph: '!', tone: 'bad' },
};

export function verdictLook(verdict: Verdict | Severity): VerdictLook {
  return looks[verdict];
}

export function VerdictBadge({ verdict }: { readonly verdict: Verdict | Severity }) {
  const { glyph, tone } = looks[verdict];
  return (
    <span class={`badge tone-${tone}`}>
      <span class="glyph" aria-hidden="true">
        {glyph}
      </span>
      {verdict}
    </span>
  );
}
