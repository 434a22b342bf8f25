import { describe, expect, test } from 'vitest';
import { accessibilityProblems, keepScreenshot, newProfile, useBrowser, watchedPage } from '../support/browser.ts';
import { sendRaw } from '../support/raw-client.ts';
import { startUi } from '../support/ui-process.ts';

useBrowser();

describe('opening the UI', () => {
  test('the printed URL lets a browser in once; its token leaves the address bar; further tabs need none', async () => {
    const ui = await startUi();
    const context = await newProfile();
    const page = await watchedPage(context);
    await page.goto(ui.openUrl);
    expect(page.url()).toBe(`${ui.url}/`);
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
    const tab = await watchedPage(context);
    await tab.goto(`${ui.url}/traffic`);
    await expect.poll(() => tab.locator('#rows tr').count()).toBe(16);
    await keepScreenshot(page, 'home');
  });

  test('the pages work without scripts', async () => {
    const ui = await startUi();
    const context = await newProfile({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(ui.openUrl);
    await page
      .getByRole('link', { name: /^checkout/ })
      .first()
      .click();
    expect(await page.locator('#rows tr').count()).toBe(16);
    await page.getByRole('link', { name: '/orders/ord_7f3a9c' }).click();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('/orders/ord_7f3a9c');
    await page.goto(`${ui.url}/runs/1/review`);
    await page.getByRole('button', { name: 'Accept', exact: true }).click();
    expect(await page.locator('.review-progress').textContent()).toContain('1 of 5 decided');
    await page.getByRole('button', { name: /Undo/ }).click();
    expect(await page.locator('.review-progress').textContent()).toContain('0 of 5 decided');
  });

  test('another Host gets 421, a browser without cookie 403, a form of another site 403', async () => {
    const ui = await startUi();
    const { port, host } = new URL(ui.url);
    const statusOf = async (...lines: string[]): Promise<number> =>
      Number(
        (await sendRaw(Number(port), [...lines, 'Connection: close', '', ''].join('\r\n'))).startLine.split(' ')[1],
      );
    expect(await statusOf('GET / HTTP/1.1', 'Host: evil.test')).toBe(421);
    expect(await statusOf('GET / HTTP/1.1', `Host: ${host}`)).toBe(403);
    expect(await statusOf('GET / HTTP/1.1', `Host: ${host}`, 'Host: evil.test')).toBe(400);
    expect(await statusOf('GET http://evil.test/ HTTP/1.1', `Host: ${host}`)).toBe(400);
    const context = await newProfile();
    const page = await context.newPage();
    await page.goto(ui.openUrl);
    // A page of another origin, even one on this machine, posts with the browser's own headers.
    await page.route('http://localhost:1/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${ui.url}/settings/theme"><button>go</button></form>`,
      }),
    );
    await page.goto('http://localhost:1/');
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url() === `${ui.url}/settings/theme`),
      page.getByRole('button').click(),
    ]);
    expect(answer.status()).toBe(403);
  });

  test('eight tabs all load and all stay live', async () => {
    const ui = await startUi();
    const context = await newProfile();
    const first = await watchedPage(context);
    await first.goto(ui.openUrl);
    for (let tab = 0; tab < 8; tab++) {
      const page = await watchedPage(context);
      await page.goto(`${ui.url}/runs`, { timeout: 10_000 });
      await expect.poll(() => page.locator('#connection').textContent(), { timeout: 10_000 }).toBe('live');
    }
  });

  test('when the server goes the page says so and keeps what it shows; when it is back the page is live again', async () => {
    const ui = await startUi();
    const context = await newProfile();
    // The browser itself reports lost connections on its console.
    const page = await context.newPage();
    await page.goto(ui.openUrl);
    await expect.poll(() => page.locator('#connection').textContent()).toBe('live');
    await ui.stop();
    await expect.poll(() => page.locator('#connection').textContent(), { timeout: 10_000 }).toMatch(/^reconnecting/);
    expect(await page.getByRole('heading', { name: 'Cassettes' }).isVisible()).toBe(true);
    const again = await startUi({ port: Number(new URL(ui.url).port) });
    await (await context.newPage()).goto(again.openUrl);
    await expect.poll(() => page.locator('#connection').textContent(), { timeout: 15_000 }).toBe('live');
  });
});

describe('every page is accessible', () => {
  const pages = {
    home: '/',
    cassette: '/cassettes/shop',
    traffic: '/traffic?cassette=shop&session=checkout&at=1',
    filtered: '/traffic?cassette=shop&session=browse&q=status%3A5xx',
    exchange: '/x/shop:checkout/0',
    failure: '/x/shop:checkout/12',
    picture: '/x/shop:checkout/4',
    runs: '/runs',
    run: '/runs/1',
    review: '/runs/1/review',
    'review-checks': '/runs/1/review?list=checks',
    finish: '/runs/1/review/finish',
    'vitest-file': '/cassettes/shop/checkout/vitest',
    'run-tests': '/cassettes/shop/checkout/run',
    help: '/help',
    'no-page': '/nowhere',
  };

  // Axe is slow: each colour scheme and each layout is looked at once, not all four combinations.
  test.each([
    ['light', 1400],
    ['dark', 390],
  ] as const)('%s, %d pixels wide: axe finds nothing', { timeout: 120_000 }, async (colorScheme, width) => {
    const ui = await startUi();
    // So tall that the bar which sticks to the bottom covers no button by halves: a person scrolls there.
    const context = await newProfile({ colorScheme, viewport: { width, height: 4000 } });
    const page = await context.newPage();
    await page.goto(ui.openUrl);
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(`${ui.url}${path}`);
      expect(await accessibilityProblems(page), name).toEqual([]);
    }
  });

  test('no page scrolls sideways, down to 320 pixels', { timeout: 120_000 }, async () => {
    const ui = await startUi();
    const context = await newProfile();
    const page = await context.newPage();
    await page.goto(ui.openUrl);
    const sideways = (): Promise<number> =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(`${ui.url}${path}`);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        for (const width of [1400, 900, 390, 320]) {
          await page.setViewportSize({ width, height: width > 400 ? 900 : 844 });
          expect(await sideways(), `${name} at ${width}`).toBeLessThanOrEqual(0);
          if (width === 1400 || width === 390) await keepScreenshot(page, `${name}-${colorScheme}-${width}`);
        }
      }
    }
  });
});
