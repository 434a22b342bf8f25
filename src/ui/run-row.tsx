import { visible } from '../base/log.ts';
import type { Run, VerdictCounts } from '../model/run.ts';
import { verdictsWorstFirst } from '../review/review-groups.ts';
import { formatAge, formatCount, formatDateTime } from '../views/quantities.ts';
import { verdictLook } from '../views/verdict-badge.tsx';
import { runUrl } from './links.ts';

export function RunRow({ run, now }: { readonly run: Run; readonly now: number }) {
  return (
    <li class="run-row" data-running={run.verdict === undefined ? '' : undefined}>
      <a class="run-main" href={runUrl(run.id)}>
        <RunVerdict run={run} />
        <span class="run-name">
          {visible(run.cassette)} / {visible(run.session)}
        </span>
        <CountStrip counts={run.counts} />
        <span class="quiet run-target">{visible(run.target)}</span>
        <time class="quiet" datetime={new Date(run.startedAt).toISOString()} title={formatDateTime(run.startedAt)}>
          {formatAge(run.startedAt, now)}
        </time>
      </a>
    </li>
  );
}

/** A run without an end that began longer ago than this was cut off, by a crash or a kill. */
const longRunMs = 3_600_000;

export function RunVerdict({ run }: { readonly run: Run }) {
  if (run.verdict === undefined && Date.now() - run.startedAt > longRunMs) {
    return <span class="badge tone-warn">did not end</span>;
  }
  if (run.verdict === undefined) {
    return (
      <span class="badge tone-info">
        <span class="pulse" aria-hidden="true"></span>
        running
      </span>
    );
  }
  const looks = {
    passed: { tone: 'good', glyph: '✓' },
    failed: { tone: 'bad', glyph: '✕' },
    interrupted: { tone: 'warn', glyph: '!' },
  } as const;
  const { tone, glyph } = looks[run.verdict];
  return (
    <span class={`badge tone-${tone}`}>
      <span class="glyph" aria-hidden="true">
        {glyph}
      </span>
      {run.verdict}
    </span>
  );
}

/** Counts by verdict as words with glyphs; verdicts that did not occur are left out. */
export function CountStrip({ counts }: { readonly counts: VerdictCounts }) {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return (
    <span class="counts" title={formatCount(total, 'check')}>
      {verdictsWorstFirst
        .filter((verdict) => counts[verdict] > 0)
        .map((verdict) => (
          <span class={`count-item tone-${verdictLook(verdict).tone}`}>
            <span aria-hidden="true">{verdictLook(verdict).glyph}</span> {counts[verdict]} {verdict}
          </span>
        ))}
    </span>
  );
}
