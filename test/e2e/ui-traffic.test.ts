import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startRetake, startShopProcess } from '../support/process.ts';
import { keepScreenshot, newProfile, useBrowser, watchedPage } from '../support/browser.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startUi } from '../support/ui-process.ts';

useBrowser();

/** Sends `count` requests through the recorder, one after the other. */
async function send(url: string, count: number, from = 0): Promise<void> {
  for (let i = from; i < from + count; i++) await (await fetch(`${url}/products?page=${i}`)).arrayBuffer();
}

describe('the list beside a recorder', () => {
  test('fills by itself, follows its end, and stays where a person reads', async () => {
    const shop = await startShopProcess(1);
    const recorder = await startRetake(['record', '--target', shop.url, '--cassette', 'live'], { cwd: tempFolder() });
    const { url, token } = recorder.ready.control!;
    const context = await newProfile({ viewport: { width: 1400, height: 500 } });
    const page = await watchedPage(context);
    await page.goto(`${url}/traffic?token=${token}`);
    expect(await page.locator('#live-badge').textContent()).toBe('Recording');
    await expect.poll(() => page.locator('#connection').textContent()).toBe('live');

    await send(recorder.url, 40);
    const rows = page.locator('#rows tr');
    await expect.poll(() => rows.count(), { timeout: 5_000 }).toBe(40);
    const scroller = page.locator('.rows');
    const top = () => scroller.evaluate((element) => element.scrollTop);
    const atEnd = () =>
      scroller.evaluate(({ scrollTop, clientHeight, scrollHeight }) => scrollHeight - scrollTop - clientHeight < 40);
    expect(await atEnd()).toBe(true);
    await keepScreenshot(page, 'recording');

    await scroller.evaluate((element) => element.scrollTo(0, 200));
    await send(recorder.url, 25, 40);
    const button = page.locator('#new-rows');
    await expect.poll(() => button.textContent(), { timeout: 5_000 }).toBe('▼ 25 new');
    expect(await top()).toBe(200);
    expect(await rows.count()).toBe(40);
    await button.click();
    await expect.poll(() => rows.count()).toBe(65);
    expect(await atEnd()).toBe(true);
    await expect.poll(() => button.isVisible()).toBe(false);
    const positions = await rows.evaluateAll((all) =>
      all.map((row) => Number((row as HTMLElement).dataset['position'])),
    );
    expect(positions).toEqual(Array.from({ length: 65 }, (_, i) => i));
    await expect.poll(() => page.locator('#status').textContent()).toContain('65 exchanges stored');
    await page.close();
    expect(await recorder.stop()).toMatchObject({ code: 0 });
  });

  test('shows a long exchange while it runs, in its place, and then how it ended', async () => {
    const release = Promise.withResolvers<void>();
    const upstream = createServer((request, response) => {
      if (request.url !== '/slow') return response.end('quick');
      return void release.promise.then(() => response.end('slow'));
    });
    upstream.listen(0, '127.0.0.1');
    onTestFinished(() => void upstream.close());
    await once(upstream, 'listening');
    const target = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    const recorder = await startRetake(['record', '--target', target, '--cassette', 'slow'], { cwd: tempFolder() });
    const { url, token } = recorder.ready.control!;
    const page = await watchedPage(await newProfile());
    await page.goto(`${url}/traffic?token=${token}`);
    await expect.poll(() => page.locator('#connection').textContent()).toBe('live');
    const slow = fetch(`${recorder.url}/slow`);
    await send(recorder.url, 5);
    const rows = page.locator('#rows tr');
    await expect.poll(() => rows.count(), { timeout: 5_000 }).toBe(6);
    const positions = () =>
      rows.evaluateAll((all) => all.map((row) => Number((row as HTMLElement).dataset['position'])));
    expect(await positions()).toEqual([0, 1, 2, 3, 4, 5]);
    const states = async () => (await page.locator('#rows .status').allTextContents()).map((state) => state.trim());
    await expect
      .poll(async () => (await states()).toSorted(), { timeout: 5_000 })
      .toEqual(['200', '200', '200', '200', '200', 'running']);
    release.resolve();
    await (await slow).text();
    await expect.poll(states, { timeout: 5_000 }).toEqual(['200', '200', '200', '200', '200', '200']);
    await page.close();
    await recorder.stop();
  });

  test('of another process shows what it records into the folder, and stopping leaves one file', async () => {
    const shop = await startShopProcess(1);
    const folder = tempFolder();
    const ui = await startUi({ folder });
    const context = await newProfile();
    const page = await watchedPage(context);
    await page.goto(ui.openUrl);
    const recorder = await startRetake(
      ['record', '--target', shop.url, '--cassette', 'cassettes/other.cassette', '--no-control'],
      { cwd: folder },
    );
    await send(recorder.url, 3);
    await page.getByRole('link', { name: 'other', exact: true }).waitFor({ timeout: 10_000 });
    await page.goto(`${ui.url}/traffic?cassette=other`);
    await send(recorder.url, 3, 3);
    await expect.poll(() => page.locator('#rows tr').count(), { timeout: 10_000 }).toBe(6);
    expect(await recorder.stop()).toMatchObject({ code: 0 });
    const { readdirSync } = await import('node:fs');
    const files = readdirSync(path.join(folder, 'cassettes')).filter((name) => name.startsWith('other'));
    expect(files).toEqual(['other.cassette']);
  });
});

describe('the list beside a replay', () => {
  test('shows what is served', async () => {
    const shop = await startShopProcess(1);
    const folder = tempFolder();
    const recorder = await startRetake(['record', '--target', shop.url, '--cassette', 'again'], { cwd: folder });
    await send(recorder.url, 2);
    await recorder.stop();
    const replay = await startRetake(['replay', 'again'], { cwd: folder });
    const { url, token } = replay.ready.control!;
    const context = await newProfile();
    const page = await watchedPage(context);
    await page.goto(`${url}/traffic?token=${token}`);
    await expect.poll(() => page.locator('#connection').textContent()).toBe('live');
    await send(replay.url, 2);
    await expect.poll(() => page.locator('#rows tr').count(), { timeout: 5_000 }).toBe(2);
    await page.locator('#rows a').first().click();
    await expect.poll(() => page.locator('#exchange-title').textContent()).toContain('/products?page=0');
  });
});

describe('reading the traffic', () => {
  test('a row opens beside the list, j and k walk, the address bar follows, reload shows the same', async () => {
    const ui = await startUi();
    const context = await newProfile();
    const page = await watchedPage(context);
    await page.goto(`${ui.url}/traffic?token=${ui.token}`);
    await page.locator('#rows a').nth(1).click();
    const title = page.locator('#exchange-title');
    await expect.poll(() => title.textContent()).toContain('/products');
    await keepScreenshot(page, 'traffic');
    await page.keyboard.press('j');
    await expect.poll(() => title.textContent()).toContain('POST /orders');
    await page.keyboard.press('k');
    await expect.poll(() => title.textContent()).toContain('/products');
    expect(page.url()).toContain('at=1');
    await page.keyboard.press(']');
    await expect.poll(() => page.url()).toContain('at=2');
    await page.reload();
    expect(await title.textContent()).toContain('POST /orders');
    expect(await page.locator('#rows tr[aria-current]').getAttribute('data-position')).toBe('2');
  });

  test('the filter is reached by /, lives in the URL, and is left by Escape', async () => {
    const ui = await startUi();
    const context = await newProfile();
    const page = await watchedPage(context);
    await page.goto(`${ui.url}/traffic?cassette=shop&session=browse&token=${ui.token}`);
    await page.keyboard.press('/');
    await page.keyboard.type('status:5xx');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#count').textContent()).toBe('10 of 430');
    expect(new URL(page.url()).searchParams.get('q')).toBe('status:5xx');
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
    await page.goBack();
    expect(await page.locator('#count').textContent()).toBe('430');
  });

  test('recorded HTML does nothing, and recorded bytes opened directly do nothing either', async () => {
    const ui = await startUi();
    const context = await newProfile();
    const page = await watchedPage(context);
    await page.goto(`${ui.url}/x/shop:checkout/5?token=${ui.token}`);
    expect(await page.locator('pre').last().textContent()).toContain('<script>window.top.pwned = 1');
    expect(await page.evaluate(() => (globalThis as { pwned?: number }).pwned)).toBeUndefined();
    expect(await page.title()).toBe('GET / · Retake');
    await page.goto(`${ui.url}/x/shop:checkout/4`);
    const picture = page.locator('.picture img');
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(160);
    const direct = await context.newPage();
    await direct.goto(`${ui.url}/body/response/shop:checkout/4`);
    expect(await direct.evaluate(() => globalThis.origin)).toBe('null');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.evaluate(() => location.assign('/body/response/shop:checkout/5?download')),
    ]);
    expect(download.suggestedFilename()).toBe('shop-checkout-5-response.bin');
  });

  test('the curl command is copied', async () => {
    const ui = await startUi();
    const context = await newProfile({ permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await watchedPage(context);
    await page.goto(`${ui.url}/x/shop:checkout/2?token=${ui.token}`);
    await page.keyboard.press('y');
    await expect.poll(() => page.getByText('Copied').count()).toBeGreaterThan(0);
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('/orders');
  });
});

describe('running the tests from a session', () => {
  test('shows the run as it goes and leads to its review', async () => {
    const version1 = await startShopProcess(1);
    const folder = tempFolder();
    const recorder = await startRetake(
      ['record', '--target', version1.url, '--cassette', 'cassettes/products.cassette'],
      {
        cwd: folder,
      },
    );
    await send(recorder.url, 6);
    await recorder.stop();
    const version2 = await startShopProcess(2);
    const ui = await startUi({ folder });
    const context = await newProfile();
    const page = await watchedPage(context);
    await page.goto(`${ui.url}/cassettes/products?token=${ui.token}`);
    await page.getByRole('link', { name: 'Run the tests' }).click();
    await page.getByLabel('Server to test').fill(version2.url);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect.poll(() => page.url()).toBe(`${ui.url}/runs/2`);
    await expect.poll(() => page.locator('h1 .badge').textContent(), { timeout: 10_000 }).toMatch(/passed|failed/);
    expect(await page.locator('.fact-list').textContent()).toContain(version2.url);
  });

  test('says what is wrong when the server is not there', async () => {
    const ui = await startUi();
    const context = await newProfile();
    const page = await context.newPage();
    await page.goto(`${ui.url}/cassettes/shop?token=${ui.token}`);
    await page.getByRole('link', { name: 'Run the tests' }).first().click();
    await page.getByLabel('Server to test').fill('http://127.0.0.1:1');
    await page.getByLabel('RETAKE_SECRET_AUTHORIZATION').fill('Bearer x');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('http://127.0.0.1:1');
    // What was typed is still there, but for the secret.
    expect(await page.getByLabel('Server to test').inputValue()).toBe('http://127.0.0.1:1');
    expect(await page.getByLabel('RETAKE_SECRET_AUTHORIZATION').inputValue()).toBe('');
  });

  test('a vitest file is shown, saved under test/, and never replaced', async () => {
    const ui = await startUi();
    const context = await newProfile();
    // The second save is answered with 409, which the browser reports on its console.
    const page = await context.newPage();
    await page.goto(`${ui.url}/cassettes/shop?token=${ui.token}`);
    await page.getByRole('link', { name: 'Turn into a vitest file' }).first().click();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => page.getByRole('status').textContent()).toBe('Saved as test/shop-checkout.test.ts');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => page.getByRole('status').textContent()).toContain('exists already and was left as it is');
  });
});
