import { describe, expect, test } from 'vitest';
import { render } from '../support/render.ts';
import type { RedactedSlot } from '../../src/model/flow.ts';
import { HeaderTable } from '../../src/views/header-table.tsx';

const slot = (place: string, name: string): RedactedSlot => ({
  position: 0,
  side: 'request',
  place,
  rule: 'header:x',
  name,
  pseudonym: 'p',
});
const tableOf = (headers: readonly string[], redacted: readonly RedactedSlot[]): Promise<string> =>
  render(<HeaderTable label="Headers" headers={headers} redacted={redacted} />);
const marked = (html: string): string[] =>
  [...html.matchAll(/<span class="value">([^<]*)<\/span><span class="redacted"/g)].map(([, value]) => value!);

describe('a table of raw headers', () => {
  test('keeps order, case and duplicates', async () => {
    const html = await tableOf(['B', '1', 'a', '2', 'b', '3'], []);
    expect(
      [...html.matchAll(/<th scope="row">([^<]+)<\/th><td><span class="value">([^<]*)/g)].map(
        ([, n, v]) => `${n}=${v}`,
      ),
    ).toEqual(['B=1', 'a=2', 'b=3']);
  });

  test('marks exactly the redacted one of several headers of a name', async () => {
    expect(marked(await tableOf(['X-Key', 'one', 'x-key', 'two'], [slot('header:x-key[1]', 'X_KEY')]))).toEqual([
      'two',
    ]);
  });

  test('marks cookies by the header they stand in', async () => {
    const headers = ['Cookie', 'sid=1', 'Set-Cookie', 'a=1; Path=/', 'Set-Cookie', 'sid=2'];
    expect(marked(await tableOf(headers, [slot('cookie:sid', 'SID')]))).toEqual(['sid=1']);
    expect(marked(await tableOf(headers, [slot('set-cookie:sid', 'SID')]))).toEqual(['sid=2']);
  });

  test('is not marked for secrets in other parts of the message', async () => {
    expect(
      marked(await tableOf(['Cookie', 'a=1', 'Set-Cookie', 'json=1'], [slot('json:/password', 'PASSWORD')])),
    ).toEqual([]);
  });

  test('escapes markup and control characters', async () => {
    const html = await tableOf(['X-A', '<i>\u0000'], []);
    expect(html).toContain(String.raw`&lt;i&gt;\u0000`);
  });
});
