import { describe, expect, test } from 'vitest';
import { render } from '../support/render.ts';
import type { Difference } from '../../src/model/verdict.ts';
import { HeaderDiff } from '../../src/views/header-diff.tsx';

const difference = (path: string, kind: Difference['kind'], severity: Difference['severity']): Difference => ({
  part: 'header',
  path,
  pattern: path,
  kind,
  severity,
});

const html = await render(
  <HeaderDiff
    baseline={['Date', 'Mon', 'ETag', '"1"', 'X-Old', 'a', 'Set-Cookie', 'sid=1', 'Set-Cookie', 'b=2', 'Vary', '*']}
    fresh={['date', 'Tue', 'etag', '"1"', 'Set-Cookie', 'sid=9', 'Set-Cookie', 'b=2', 'vary', '*']}
    differences={[
      difference('date', 'changed', 'equivalent'),
      difference('x-old', 'removed', 'broken'),
      difference('set-cookie:sid', 'changed', 'changed'),
    ]}
    current="header:x-old"
  />,
);

describe('headers side by side', () => {
  test('show each that differs once, by its name without case', () => {
    expect(
      [...html.matchAll(/<tr class="line ([^"]*)"[^>]*><th scope="row">([^<]+)/g)].map(
        ([, state, name]) => `${name}: ${state}`,
      ),
    ).toEqual(['Date: equivalent', 'X-Old: removed current', 'Set-Cookie: changed', 'ETag: same', 'Vary: same']);
  });

  test('fold those that are equal', () => {
    expect(html).toContain('<summary>2 equal headers</summary>');
  });

  test('show every value of a repeated header', () => {
    expect(html).toContain('<span class="value">sid=9</span><span class="value">b=2</span>');
    expect(html).toContain('<td class="text fresh absent">—</td>');
  });
});
