import { expect, test } from 'vitest';
import { noProgressBar, terminalProgressBar } from '../../src/cli/progress-bar.ts';

function bar(columns = 80): {
  written: string[];
  at: { now: number };
  progress: ReturnType<typeof terminalProgressBar>;
} {
  const written: string[] = [];
  const at = { now: 1000 };
  const progress = terminalProgressBar({
    write: (text) => written.push(text),
    columns: () => columns,
    now: () => at.now,
    paint: (_style, text) => text,
  });
  return { written, at, progress };
}

test('the line is redrawn in place, at most twelve times a second, and taken away at the end', () => {
  const { written, at, progress } = bar();
  progress.end();
  expect(written).toEqual([]);
  progress.begin('shop:session-1', 4);
  progress.advance('same');
  at.now += 100;
  progress.advance('changed');
  progress.advance('added');
  progress.advance('failed');
  progress.end();
  expect(written).toEqual([
    `\r\u001b[K${'░'.repeat(24)} 0/4  shop:session-1`,
    `\r\u001b[K${'█'.repeat(12)}${'░'.repeat(12)} 2/4  shop:session-1  1 not as before`,
    `\r\u001b[K${'█'.repeat(24)} 4/4  shop:session-1  2 not as before`,
    '\r\u001b[K',
  ]);
});

test('the line never wraps', () => {
  const { written, progress } = bar(50);
  progress.begin('a-very-long-name-of-a-cassette:and-of-its-session', 9);
  expect(written[0]!.length).toBeLessThanOrEqual(50 + '\r\u001b[K'.length);
});

test('without a terminal nothing is drawn', () => {
  expect(() => {
    noProgressBar.begin('x', 1);
    noProgressBar.advance('same');
    noProgressBar.end();
  }).not.toThrow();
});
