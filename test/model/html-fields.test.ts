import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapedHtml, htmlFields } from '../../src/model/html-fields.ts';

const page = `<!doctype html><html><head>
<meta name="csrf-token" content="tok&amp;1"><link rel="next" href="/orders?after=9">
<script>var x = "<input name=no value=1>";</script>
<script type="application/json" id="state">{"build":"b1"}</script></head>
<!-- <input name="gone" value="1"> -->
<form id=checkout action='/orders/17/pay' method=post>
  <input type="hidden" name="user[token]" value="t 1"/><input name=qty value=2><input type=checkbox name=gift value=1>
  <input type=hidden name="user[token]" value="t 2"><textarea name=note>a &lt; b</textarea>
</form><input name=outside value=3>
<a class=x href="/orders/17">Show  order</a><a href="/orders/18">Order 18</a><div data-id="42" hx-get="/rows/42">`;

test('forms, links, tokens and JSON of a page', () => {
  expect(htmlFields(page).map(({ name, index, value }) => [`${name}[${index}]`, value])).toEqual([
    ['meta csrf-token[0]', 'tok&1'],
    ['link next[0]', '/orders?after=9'],
    ['script state[0]', '{"build":"b1"}'],
    ['form checkout[0]', '/orders/17/pay'],
    ['input user[token][0]', 't 1'],
    ['input qty[0]', '2'],
    ['input user[token][1]', 't 2'],
    ['input note[0]', 'a < b'],
    ['input outside[0]', '3'],
    ['a Show order[0]', '/orders/17'],
    ['a[0]', '/orders/18'],
    ['attribute data-id[0]', '42'],
    ['attribute hx-get[0]', '/rows/42'],
  ]);
  expect(
    htmlFields(page)
      .filter(({ isHidden }) => isHidden)
      .map(({ action }) => action),
  ).toEqual(['/orders/17/pay', '/orders/17/pay']);
  expect(htmlFields(page).find(({ name }) => name === 'input outside')).not.toHaveProperty('action');
});

test('every value stands where it says', () => {
  for (const { value, start, end } of htmlFields(page)) {
    const written = page.slice(start, end);
    expect([value, escapedHtml(value)]).toContain(written.replaceAll('&lt;', '<').replaceAll('&amp;', '&'));
  }
});

test('any text is read without error, in time that grows with its length', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('<', 'a', '>', '"', "'", '=', '/', ' ', '!', '-', 'form', 'input') }),
      (text) => {
        for (const { start, end } of htmlFields(text)) expect(end).toBeGreaterThanOrEqual(start);
      },
    ),
  );
  const startedAt = performance.now();
  for (const piece of [
    '<a b="',
    "<a b='",
    '<!--',
    '<script>',
    '<a ',
    '<form',
    '<a href=x',
    '&amp',
    '</form ',
    '<title></titl',
  ]) {
    htmlFields(piece.repeat(50_000));
  }
  expect(performance.now() - startedAt).toBeLessThan(5000);
});
