import { describe, expect, test } from 'vitest';
import { RunStore } from '../../src/store/run-store.ts';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { accessibilityProblems, keepScreenshot, newProfile, useBrowser, watchedPage } from '../support/browser.ts';
import { check, difference } from '../support/suite-result.ts';
import { startUi } from '../support/ui-process.ts';

useBrowser();

describe('reviewing a run', () => {
  test('accept, reject with a note, undo, finish: the cassette has what was decided and nothing before', async () => {
    const ui = await startUi();
    const context = await newProfile();
    const page = await watchedPage(context);
    await page.goto(`${ui.url}/runs/1?token=${ui.token}`);
    await page.getByRole('link', { name: 'Review 5 checks' }).click();
    await keepScreenshot(page, 'review');
    await page.getByRole('link', { name: /^Checks/ }).click();
    await page.locator('.check-list[aria-label="Checks to decide"]').waitFor();
    const title = page.locator('#check-title');
    const progress = page.locator('.review-progress');
    expect(await title.textContent()).toContain('/products');

    await page.getByRole('button', { name: 'Accept', exact: true }).click();
    await expect.poll(() => title.textContent()).toContain('POST /orders');
    expect(await progress.textContent()).toContain('1 of 5 decided');

    await page.getByRole('button', { name: /^Undo/ }).click();
    await expect.poll(() => title.textContent()).toContain('/products');
    expect(await progress.textContent()).toContain('0 of 5 decided');

    await page.getByRole('button', { name: 'Accept', exact: true }).click();
    await expect.poll(() => title.textContent()).toContain('POST /orders');
    await page.getByRole('link', { name: 'GET /orders/ord_7f3a9c', exact: true }).click();
    await expect.poll(() => title.textContent()).toContain('/orders/ord_7f3a9c');
    await page.getByLabel('Note').fill('tier must stay');
    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    await expect.poll(() => progress.textContent()).toContain('2 of 5 decided');

    // Another tab shows the same draft; the cassette is untouched until the review is finished.
    const other = await watchedPage(context);
    await other.goto(`${ui.url}/runs/1/review`);
    expect(await other.locator('.review-progress').textContent()).toContain('2 of 5 decided');
    expect(baselineVersions(ui.cassettePath, 1)).toEqual([1]);

    await page.getByRole('link', { name: /^Finish/ }).click();
    await expect.poll(() => page.getByText('1 accepted response').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Finish' }).click();
    await expect.poll(() => page.getByRole('heading', { name: 'Review finished' }).isVisible()).toBe(true);
    expect(baselineVersions(ui.cassettePath, 1)).toEqual([1, 2]);
    const reader = CassetteReader.open(ui.cassettePath);
    const rejected = reader.exchange(reader.session('checkout').id, 3)!;
    expect(reader.decisions(rejected.id)).toMatchObject([{ action: 'reject', note: 'tier must stay' }]);
    reader.close();
  });

  test('works with the keyboard alone, and Tab and text fields keep their keys', async () => {
    const ui = await startUi();
    const context = await newProfile();
    const page = await watchedPage(context);
    await page.goto(`${ui.url}/runs/1/review?list=checks&token=${ui.token}`);
    const { keyboard } = page;
    const title = page.locator('#check-title');
    const progress = page.locator('.review-progress');

    await keyboard.press('n');
    const marked = page.locator('#differences [data-difference][aria-current="true"]');
    expect(await marked.getAttribute('data-difference')).toBe('body:/items/2/price');
    expect(await page.locator('#review-view tr.current').count()).toBe(1);
    await keyboard.press('n');
    expect(await marked.getAttribute('data-difference')).toBe('body:/items/9/name');
    await keyboard.press('p');
    expect(await marked.getAttribute('data-difference')).toBe('body:/items/2/price');

    await keyboard.press('Shift+A');
    await expect.poll(() => marked.textContent()).toContain('accepted');
    expect(await title.textContent()).toContain('/products');
    await keyboard.press('u');
    await expect.poll(() => page.locator('#differences .decision').count()).toBe(0);

    await keyboard.press('e');
    await expect.poll(() => page.locator('#review-view tr.fold').count()).toBe(0);

    await keyboard.press('j');
    await expect.poll(() => title.textContent()).toContain('POST /orders');
    // The first one stays the first, however often one goes back; a page that is still being put in place takes no key.
    await expect
      .poll(async () => {
        await keyboard.press('k');
        return title.textContent();
      })
      .toContain('/products');

    await keyboard.press('c');
    await keyboard.type('axuj');
    expect(await page.getByLabel('Note').inputValue()).toBe('axuj');
    await keyboard.press('Escape');
    await keyboard.press('x');
    await expect.poll(() => progress.textContent()).toContain('1 of 5 decided');
    await keyboard.press('Control+a');
    await keyboard.press('Control+u');
    expect(await progress.textContent()).toContain('1 of 5 decided');

    await keyboard.press('?');
    expect(await page.getByRole('dialog').isVisible()).toBe(true);
    expect(await accessibilityProblems(page)).toEqual([]);
    await keyboard.press('a');
    await keyboard.press('Escape');
    expect(await page.getByRole('dialog').isVisible()).toBe(false);
    expect(await progress.textContent()).toContain('1 of 5 decided');

    await keyboard.press('f');
    await expect.poll(() => page.url()).toBe(`${ui.url}/runs/1/review/finish`);
    await page.goBack();
    await page.waitForLoadState();
    await keyboard.press('g');
    await keyboard.press('r');
    await expect.poll(() => page.url()).toBe(`${ui.url}/runs`);
    await page.waitForLoadState();
    await keyboard.press('j');
    await keyboard.press('Enter');
    await expect.poll(() => page.url()).toBe(`${ui.url}/runs/1`);
    await page.waitForLoadState();
    await keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');
  });

  test('the skip link leads to the content, and focus is always visible', async () => {
    const ui = await startUi();
    const context = await newProfile();
    const page = await watchedPage(context);
    await page.goto(ui.openUrl);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('#page');
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      const outline = await page.evaluate(() => {
        const element = document.activeElement!;
        return element === document.body ? 'body' : getComputedStyle(element).outlineStyle;
      });
      expect(['solid', 'body', 'auto']).toContain(outline);
    }
  });

  test('Back and reload show the check that was in view', async () => {
    const ui = await startUi();
    const context = await newProfile();
    const page = await watchedPage(context);
    await page.goto(`${ui.url}/runs/1/review?list=checks&token=${ui.token}`);
    const title = page.locator('#check-title');
    await page.locator('a.check-item').nth(1).click();
    await expect.poll(() => title.textContent()).toContain('POST /orders');
    await page.locator('a.check-item').nth(4).click();
    await expect.poll(() => title.textContent()).toContain('/search');
    await page.goBack();
    await expect.poll(() => title.textContent()).toContain('POST /orders');
    await page.reload();
    expect(await title.textContent()).toContain('POST /orders');
  });

  test('clusters are gone through, decided and taken back by keys, and their address is theirs', async () => {
    const ui = await startUi();
    addManyChecks(ui);
    const context = await newProfile();
    const page = await watchedPage(context);
    await page.goto(`${ui.url}/runs/2/review?token=${ui.token}`);
    const { keyboard } = page;
    const place = page.locator('.group-place');
    const title = page.locator('#check-title');
    const marked = page.locator('#differences [data-difference][aria-current="true"]');
    expect(await place.textContent()).toBe('/currency');
    await keyboard.press('Shift+J');
    await expect.poll(() => place.textContent()).toBe('/items/*/price');
    const cluster = new URL(page.url()).searchParams.get('cluster');
    expect(cluster).toMatch(/^[0-9a-f]{12}$/);
    expect(await page.locator('.group-head').textContent()).toContain('changed · 6 changes in 3 checks');
    expect(await page.locator('.item-links').textContent()).toBe('check 1 of 3');

    // The differences of the cluster, over the ends of its checks.
    expect(await marked.getAttribute('data-difference')).toBe('body:/items/0/price');
    await keyboard.press('n');
    expect(await marked.getAttribute('data-difference')).toBe('body:/items/1/price');
    await keyboard.press('n');
    await expect.poll(() => title.textContent()).toContain('/orders/1');
    expect(await marked.getAttribute('data-difference')).toBe('body:/items/0/price');
    await keyboard.press('j');
    await expect.poll(() => title.textContent()).toContain('/orders/2');
    await page.getByRole('link', { name: 'Previous check of this cluster' }).click();
    await expect.poll(() => title.textContent()).toContain('/orders/1');
    expect(new URL(page.url()).searchParams.get('cluster')).toBe(cluster);
    expect(await accessibilityProblems(page)).toEqual([]);

    await keyboard.press('Shift+A');
    await expect.poll(() => place.textContent()).toBe('/currency');
    expect(await page.locator('.review-progress').textContent()).toContain('2 of 3 decided');
    await keyboard.press('u');
    await expect.poll(() => place.textContent()).toBe('/items/*/price');
    expect(await page.locator('.review-progress').textContent()).toContain('0 of 3 decided');
    await page.reload();
    expect(await place.textContent()).toBe('/items/*/price');
  });

  test('clusters are decided without scripts', async () => {
    const ui = await startUi();
    const context = await newProfile({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${ui.url}/runs/1/review?token=${ui.token}`);
    await page.getByRole('link', { name: /\/items\/\*\/discount/ }).click();
    expect(await page.locator('.group-head').textContent()).toContain('24 changes in 1 check');
    await page.getByRole('button', { name: /^Accept cluster/ }).click();
    expect(await page.locator('.group-place').textContent()).toBe('/facets');
    expect(await page.locator('a.check-item', { hasText: '/items/*/discount' }).textContent()).toContain('accepted');
    await page.getByText('2 clusters that only follow from these').click();
    await page.getByRole('link', { name: /\/customer\/tier/ }).click();
    await page.getByRole('link', { name: 'POST /orders', exact: true }).click();
    expect(await page.locator('#followers').textContent()).toContain('1 check follows from this one');
  });

  test('the colours change by button and stay', async () => {
    const ui = await startUi();
    const context = await newProfile({ colorScheme: 'light' });
    const page = await watchedPage(context);
    await page.goto(`${ui.url}/runs/1/review?token=${ui.token}`);
    const background = () => page.evaluate(() => getComputedStyle(document.querySelector('.review')!).backgroundColor);
    expect(await background()).toBe('rgb(255, 255, 255)');
    await page.getByRole('button', { name: /^Colours/ }).click();
    await page.getByRole('button', { name: /^Colours: light/ }).click();
    await page.getByRole('button', { name: /^Colours: dark/ }).waitFor();
    expect(page.url()).toContain('/runs/1/review');
    expect(await background()).toBe('rgb(21, 22, 25)');
    await page.reload();
    expect(await background()).toBe('rgb(21, 22, 25)');
  });
});

/** A run in which three answers have the same change twice, and one of them something else as well. */
function addManyChecks({ folder, cassettePath }: { readonly folder: string; readonly cassettePath: string }): void {
  const store = RunStore.open(folder);
  const runId = store.beginRun({
    cassettePath,
    cassette: 'shop',
    session: 'checkout',
    target: 'http://127.0.0.1:3001',
    startedAt: Date.now(),
    toolVersion: '0.1.0',
  });
  const prices = [0, 1].map((i) => difference({ path: `/items/${i}/price`, pattern: '/items/*/price' }));
  const currency = difference({ path: '/currency', pattern: '/currency', kind: 'removed', severity: 'broken' });
  for (const position of [0, 1, 2]) {
    const {
      id: _id,
      runId: _runId,
      ...parts
    } = check({
      address: `shop:checkout/${position}`,
      position,
      target: `/orders/${position}`,
      template: '/orders/{id}',
      verdict: position === 0 ? 'broken' : 'changed',
      differences: position === 0 ? [currency, ...prices] : prices,
    });
    store.addCheck(runId, parts);
  }
  store.finishRun(runId, 'failed');
  store.close();
}

function baselineVersions(cassettePath: string, position: number): number[] {
  const reader = CassetteReader.open(cassettePath);
  try {
    return reader.baselines(reader.exchange(reader.session('checkout').id, position)!.id).map(({ version }) => version);
  } finally {
    reader.close();
  }
}
