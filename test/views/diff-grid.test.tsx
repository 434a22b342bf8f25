import { describe, expect, test } from 'vitest';
import { render } from '../support/render.ts';
import type { DiffRow } from '../../src/compare/diff-row.ts';
import { DiffGrid } from '../../src/views/diff-grid.tsx';

const rows: readonly DiffRow[] = [
  {
    kind: 'line',
    state: 'same',
    baseline: { line: 1, text: '{', marks: [] },
    fresh: { line: 1, text: '{', marks: [] },
  },
  { kind: 'fold', from: 1, to: 242, text: '… 241 unchanged' },
  {
    kind: 'line',
    state: 'changed',
    baseline: { line: 243, text: '"a": "one <b>"', marks: [{ start: 6, end: 9 }] },
    fresh: { line: 243, text: '"a": "two <b>"', marks: [{ start: 6, end: 9 }] },
    difference: 'body:/a',
  },
  {
    kind: 'line',
    state: 'added',
    fresh: { line: 244, text: '"\u202ex"', marks: [] },
    difference: 'body:/b',
    label: '[id=7]',
  },
];

const html = await render(
  <DiffGrid rows={rows} label="body" unfoldUrl={({ from, to }) => `/unfold/${from}-${to}`} current="body:/a" />,
);

describe('the two sides', () => {
  test('say in a word how a line differs', () => {
    expect(html).toContain('<span class="visually-hidden">changed: </span>');
    expect(html).toContain('<span class="visually-hidden">added: </span>');
    expect(html.match(/class="visually-hidden">/g)).toHaveLength(4);
  });

  test('mark the words that differ, and escape everything', () => {
    expect(html).toContain('&quot;a&quot;: &quot;<mark>one</mark> &lt;b&gt;&quot;');
    expect(html).toContain(String.raw`\u202ex`);
    expect(html).not.toContain('<b>');
  });

  test('unfold by link', () => {
    expect(html).toContain(
      '<a href="/unfold/1-242" data-swap="true" aria-label="Show 241 unchanged">… 241 unchanged</a>',
    );
  });

  test('leave a gap where one side has no such line', () => {
    expect(html).toContain('<td class="text baseline absent"></td><td class="line-number fresh">244</td>');
  });

  test('name the difference of a line and mark the one in focus', () => {
    expect(html).toContain('<tr class="line changed current" data-difference="body:/a">');
    expect(html).toContain('<tr class="line added" data-difference="body:/b">');
  });
});
