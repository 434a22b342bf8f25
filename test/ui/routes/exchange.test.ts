import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { testUi } from '../../support/ui-app.ts';
import { hostileHtml, pngOf, uiExchanges } from '../../support/ui-exchanges.ts';

const { ask, html } = testUi();
const textOf = (page: string): string =>
  page
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

describe('one exchange', () => {
  test('shows both raw header lists with order, case and duplicates', async () => {
    const page = await html('/x/shop:checkout/1');
    const names = [...page.matchAll(/<th scope="row">([^<]+)<\/th>/g)].map(([, name]) => name);
    expect(names).toEqual([
      'Host',
      'User-Agent',
      'Accept',
      'Authorization',
      'X-Tag',
      'x-tag',
      'Date',
      'Content-Type',
      'ETag',
      'X-Page',
    ]);
  });

  test('shows JSON pretty, token by token', async () => {
    const text = textOf(await html('/x/shop:checkout/3'));
    expect(text).toContain('{\n  "id": "ord_7f3a9c",\n  "status": "paid",');
    expect(text).toContain('\n    {\n      "product_id": "p_102",\n      "quantity": 2,');
  });

  test('marks what was redacted, with its name', async () => {
    const page = await html('/x/shop:checkout/0');
    expect(textOf(page)).toContain('/password redacted password');
    expect(textOf(page)).toContain('redacted sid');
    expect(textOf(await html('/x/shop:checkout/1'))).toContain('Bearer tok_4be1905credacted authorization');
  });

  test('shows recorded HTML as text only', async () => {
    const page = await html('/x/shop:checkout/5');
    expect(page).not.toContain('<script>window');
    expect(page).not.toContain('<img src=x');
    expect(textOf(page)).toContain(hostileHtml);
  });

  test('decodes compressed text, shows its beginning, and offers the rest', async () => {
    const page = await html('/x/shop:checkout/6');
    expect(page).toContain('ord_0,2025-01-1,0');
    expect(page).not.toContain('ord_5999');
    expect(page).toContain('gzip');
    const whole = await html('/x/shop:checkout/6?whole=response');
    expect(whole).toContain('ord_5999');
  });

  test('shows a form field by field', async () => {
    const text = await html('/x/shop:checkout/7');
    expect(text).toMatch(/<th scope="row">q<\/th><td>brass gear<\/td>/);
  });

  test('shows a picture from a URL of its own, anything else binary as hex', async () => {
    expect(await html('/x/shop:checkout/4')).toContain('<img src="/body/response/shop:checkout/4"');
    const pdf = textOf(await html('/x/shop:checkout/14'));
    expect(pdf).toContain('00000000  25 50 44 46 2d 31 2e 37  0a 00');
  });

  test('shows control and bidirectional characters as escapes', async () => {
    const page = await html('/x/shop:checkout/14');
    expect(page).toContain(String.raw`/files/in\u202evoice.pdf`);
    expect(page).toContain(String.raw`a\u0007b`);
    const curl = /data-copy="([^"]*)"/.exec(page)![1]!;
    expect(curl).toContain('curl');
    expect(page.replace(/data-copy="[^"]*"/g, '')).not.toMatch(/[\u0000-\u0008\u202a-\u202e]/);
  });

  test('says in words how it failed, and shows what had arrived', async () => {
    const timeout = textOf(await html('/x/shop:checkout/11'));
    expect(timeout).toContain('Upstream did not answer in time.');
    expect(timeout).toContain('no response head within 30 s');
    expect(timeout).toContain('No response arrived');
    const cut = textOf(await html('/x/shop:checkout/12'));
    expect(cut).toContain('Upstream closed the connection in the middle of the body.');
    expect(cut).toContain('00 01 02 fe ff');
  });

  test('says when the capture limit cut a body', async () => {
    const { sizeBytes } = { sizeBytes: Buffer.byteLength(uiExchanges[15]!.responseBytes!) };
    const page = textOf(await html('/x/shop:checkout/15'));
    expect(page).toContain(
      `Captured ${Math.round(sizeBytes / 1000)}\u00a0kB of ${Math.round((sizeBytes * 4) / 1000)}\u00a0kB`,
    );
    expect(page.length).toBeLessThan(160_000);
  });

  test('gives a curl command of the recorded request', async () => {
    const page = await html('/x/shop:checkout/2');
    const curl = textOf(/data-copy="(curl[^"]*)"/.exec(page)![1]!);
    expect(curl).toContain('curl --globoff --path-as-is http://127.0.0.1:3000/orders');
    expect(curl).toContain("--header 'Content-Type: application/json'");
    expect(curl).toContain('"product_id":"p_102"');
  });

  test('links to its neighbours and back to its place in the list', async () => {
    const page = await html('/x/shop:checkout/1');
    expect(page).toContain('href="/x/shop:checkout/0"');
    expect(page).toContain('href="/x/shop:checkout/2"');
    expect(page).toContain('href="/traffic?cassette=shop&amp;session=checkout&amp;from=0&amp;at=1"');
  });

  test.each([
    '/x/shop:checkout/99',
    '/x/shop:none/1',
    '/x/none:checkout/1',
    '/x/shop',
    '/x/..%2f..%2fetc:passwd/1',
    '/x/%2Fetc%2Fpasswd:a/1',
  ])('%s is 404', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });
});

describe('recorded bytes', () => {
  test('are served as a picture only when they are one, under a policy that lets nothing run', async () => {
    const answer = await ask('/body/response/shop:checkout/4');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(answer.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'; frame-ancestors 'none'");
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(pngOf(160, 96));
  });

  test('of any other kind are refused without ?download', async () => {
    for (const position of [0, 5, 6, 14]) {
      const answer = await ask(`/body/response/shop:checkout/${position}`);
      expect(answer.status).toBe(415);
      expect(await answer.text()).not.toContain('script');
    }
  });

  test('are downloaded as sent, as a neutral file with a harmless name', async () => {
    const answer = await ask('/body/response/shop:checkout/5?download');
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="shop-checkout-5-response.bin"');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    expect(await answer.text()).toBe(hostileHtml);
    const zipped = await ask('/body/response/shop:checkout/6?download');
    expect(gunzipSync(Buffer.from(await zipped.arrayBuffer())).toString()).toContain('ord_5999');
    const request = await ask('/body/request/shop:checkout/7?download');
    expect(await request.text()).toBe('q=brass+gear&page=2&sort=-price');
  });

  test('of an exchange without a response are 404', async () => {
    expect((await ask('/body/response/shop:checkout/11?download')).status).toBe(404);
    expect((await ask('/body/other/shop:checkout/4')).status).toBe(404);
  });
});
