import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { accessibilityProblems, keepScreenshot, newProfile, useBrowser, watchedPage } from '../support/browser.ts';
import { startRetake } from '../support/process.ts';
import { get, post, replayFolder } from '../support/replayable.ts';

useBrowser();

const exchanges = [
  get('/search?q=tea&nonce=a1', 'found'),
  get('/products', '[]'),
  post('/orders', '{"item":"tea","note":"a"}', '{"id":7}'),
  get('/products', '[{"id":1}]'),
];

async function replaying(): Promise<Awaited<ReturnType<typeof startRetake>>> {
  const cwd = replayFolder({ exchanges, key: Buffer.alloc(32, 7) });
  mkdirSync(path.join(cwd, '.retake'), { recursive: true });
  return startRetake(['replay', 'shop'], { cwd });
}

describe('misses beside a running replay', () => {
  test('one changed query parameter: the nearest recording first, and only that parameter marked', async () => {
    const replay = await replaying();
    const { url, token } = replay.ready.control!;
    const context = await newProfile({ viewport: { width: 1400, height: 900 } });
    const page = await watchedPage(context);
    page.setDefaultTimeout(5000);
    await page.goto(`${url}/misses?token=${token}`);
    await page.goto(`${url}/misses`);
    expect(await page.locator('#miss-list').textContent()).toContain('Every request was answered');
    await expect.poll(() => page.locator('#connection').textContent()).toBe('live');

    const answer = await fetch(`${replay.url}/search?q=tea&nonce=b2`);
    expect(answer.headers.get('x-retake-miss')).toBe('unmatched');
    const problem = (await answer.json()) as { readonly cause: { readonly words: string } };
    await expect.poll(() => page.locator('.miss-row').count(), { timeout: 5_000 }).toBe(1);
    await page.goto(`${url}/misses?at=0`);
    const near = page.locator('.near').first();
    expect(await near.locator('.near-line').textContent()).toContain('/search?q=tea&nonce=a1');
    expect(await near.locator('.near-place').allTextContents()).toEqual(['query nonce']);
    expect(await near.locator('mark').allTextContents()).toEqual(['a1', 'b2']);
    expect(await page.locator('.miss').textContent()).toContain(problem.cause.words.replaceAll('`', ''));
    expect(await page.locator('.miss-advice code').first().textContent()).toContain(
      "'GET /search: ignore query nonce'",
    );
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.reload();
      expect(await accessibilityProblems(page)).toEqual([]);
      await keepScreenshot(page, `misses-${colorScheme}-1400`);
    }
    await page.close();
    await replay.stop();
  });

  test('by keyboard alone, and on a narrow window', async () => {
    const replay = await replaying();
    const { url, token } = replay.ready.control!;
    await fetch(`${replay.url}/search?q=tea&nonce=b2`);
    await fetch(`${replay.url}/orders`, {
      method: 'POST',
      body: '{"item":"tea","note":"b"}',
      headers: { 'Content-Type': 'application/json' },
    });
    await fetch(`${replay.url}/nowhere`);
    const context = await newProfile({ viewport: { width: 390, height: 844 } });
    const page = await watchedPage(context);
    page.setDefaultTimeout(5000);
    await page.goto(`${url}/served?token=${token}`);
    await page.locator('#status a').waitFor();
    expect(await page.locator('#status a').textContent()).toBe('3 misses');
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await page.waitForURL('**/misses');
    expect(await page.locator('.miss-row').count()).toBe(3);
    expect(await page.locator('.miss').isVisible()).toBe(false);
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepScreenshot(page, 'misses-list-390');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/misses?at=1');
    expect(await page.locator('#miss-title').textContent()).toContain('POST /orders');
    expect(await page.locator('.near-place').first().textContent()).toBe('body /note');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.reload();
      expect(await accessibilityProblems(page)).toEqual([]);
      await keepScreenshot(page, `misses-${colorScheme}-390`);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.keyboard.press(']');
    await page.waitForURL('**/misses?at=2');
    await page.close();
    await replay.stop();
  });

  test('a served row opens the recorded exchange with the reason it was served', async () => {
    const replay = await replaying();
    const { url, token } = replay.ready.control!;
    const page = await watchedPage(await newProfile({ viewport: { width: 1400, height: 900 } }));
    await page.goto(`${url}/served?token=${token}`);
    await expect.poll(() => page.locator('#connection').textContent()).toBe('live');
    await fetch(`${replay.url}/products`);
    await fetch(`${replay.url}/orders`, {
      method: 'POST',
      body: '{"item":"tea","note":"a"}',
      headers: { 'Content-Type': 'application/json' },
    });
    await fetch(`${replay.url}/products`, { headers: { 'x-retake-lane': 'two' } });
    await expect.poll(() => page.locator('#rows tr').count(), { timeout: 5_000 }).toBe(3);
    await page.locator('#rows tr').nth(1).locator('a').click();
    const why = page.locator('#why');
    await why.waitFor();
    expect(await why.textContent()).toContain('The requests are equal.');
    expect(await why.textContent()).toContain('the only recording of this request');
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepScreenshot(page, 'why-light-1400');
    await page.emulateMedia({ colorScheme: 'dark' });
    await keepScreenshot(page, 'why-dark-1400');
    await page.close();
    await replay.stop();
  });
});
