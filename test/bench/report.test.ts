import { describe, expect, it } from 'vitest';
import { spreadOf } from '../../bench/comparison.ts';
import { formatSpread, renderMarkdown } from '../../bench/report.ts';

describe('the report of the benchmark', () => {
  it('gives medians with ranges', () => {
    expect(spreadOf([5, 1, 3])).toEqual({ median: 3, min: 1, max: 5 });
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
    expect(formatSpread({ median: 1.234, min: 0.5, max: 10 }, 1)).toBe('1.2 (0.5–10.0)');
  });

  it('is a Markdown table per comparison', () => {
    const text = renderMarkdown({
      schema: 'retake.bench/1',
      startedAt: '2026-01-01T00:00:00.000Z',
      machine: 'a machine',
      rounds: 3,
      tables: [{ title: 'Replay', note: 'A note.', columns: ['server', 'requests/s'], rows: [['bare', '10']] }],
      loadAverages: [0.5, 1],
      figures: {},
    });
    expect(text).toBe(
      '# Benchmark\n\n2026-01-01T00:00:00.000Z · 3 rounds · a machine · load average 0.50 → 1.00\n\n' +
        '## Replay\n\n| server | requests/s |\n| --- | --- |\n| bare | 10 |\n\nA note.\n',
    );
  });
});
