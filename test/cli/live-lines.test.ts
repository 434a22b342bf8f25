import { describe, expect, test } from 'vitest';
import { plainLines, terminalLines } from '../../src/cli/live-lines.ts';

const clear = '\r\u001b[K';

function terminal() {
  const written: string[] = [];
  let now = 0;
  const lines = terminalLines({ write: (text) => written.push(text), now: () => now });
  const take = (): string => written.splice(0).join('');
  return { lines, take, pass: (ms: number) => (now += ms) };
}

describe('on a terminal', () => {
  test('lines scroll by above the one at the bottom', () => {
    const { lines, take } = terminal();
    lines.status('● 1 exchange');
    expect(take()).toBe(`${clear}● 1 exchange`);
    lines.print(['first', 'second']);
    expect(take()).toBe(`${clear}first\nsecond\n● 1 exchange`);
    lines.end();
    expect(take()).toBe(clear);
  });

  test('the line at the bottom is not redrawn faster than the eye follows', () => {
    const { lines, take, pass } = terminal();
    lines.status('1');
    take();
    lines.status('2');
    expect(take()).toBe('');
    pass(100);
    lines.status('3');
    expect(take()).toBe(`${clear}3`);
  });

  test('of very many lines only the last are shown, and it says so', () => {
    const { lines, take } = terminal();
    lines.print(Array.from({ length: 150 }, (_, i) => String(i)));
    const shown = take().split('\n');
    expect(shown[0]).toBe(`${clear}       … 50 more`);
    expect(shown.slice(1, 3)).toEqual(['50', '51']);
  });
});

test('elsewhere there are only the lines, all of them', () => {
  const written: string[] = [];
  const lines = plainLines((text) => written.push(text));
  lines.status('never seen');
  lines.print(Array.from({ length: 150 }, (_, i) => String(i)));
  lines.print([]);
  lines.end();
  expect(written.join('').trimEnd().split('\n')).toHaveLength(150);
});
