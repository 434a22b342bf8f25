import { expect, test } from 'vitest';
import { accessibilityProblems, keepScreenshot, newProfile, useBrowser, watchedPage } from '../support/browser.ts';
import { addNoisyRun } from '../support/noisy-run.ts';
import { startUi } from '../support/ui-process.ts';

useBrowser();

const unhurried = { timeout: 120_000 };

test(
  'a rule is made of a difference by keys, explains it from the next run on, and is taken out again',
  unhurried,
  async () => {
    const ui = await startUi();
    const run = addNoisyRun(ui.folder);
    const page = await watchedPage(await newProfile());
    const review = `${ui.url}/runs/${run.runId}/review?check=${run.checks[0]}`;
    await page.goto(`${review}&token=${ui.token}`);
    const { keyboard } = page;

    // The broken one first: its rule is not what the page proposes to keep.
    await keyboard.press('n');
    await keyboard.press('i');
    await page.getByRole('button', { name: 'Keep it, although it hides 1 broken difference' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('link', { name: 'Keep no rule' }).click();

    await page.waitForURL((url) => url.pathname.endsWith('/review'));
    await keyboard.press('n');
    await keyboard.press('v');
    await page.getByRole('button', { name: 'Keep this rule' }).waitFor();
    const line = page.getByLabel('Rule', { exact: true });
    expect(await line.inputValue()).toMatch(/\$\.items\[\*\]\.updatedAt as timestamp$/);
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepScreenshot(page, 'rule');
    // The button has the focus.
    await keyboard.press('Enter');
    await page.getByText('Rule 1 is kept. 6 differences of this check').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);

    await page.getByRole('link', { name: 'Rules', exact: true }).click();
    await page.locator('#rule-1', { hasText: 'as timestamp' }).waitFor();
    await page.getByText('Remove…').click();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove rule 1' }).click();
    await page.getByText('rule 1 is gone').waitFor();
    expect(await page.locator('#rule-1').count()).toBe(0);
  },
);

test('pictures stand beside each other with what differs, below each other on a phone', async () => {
  const ui = await startUi();
  const run = addNoisyRun(ui.folder);
  const page = await watchedPage(await newProfile());
  await page.goto(`${ui.url}/runs/${run.runId}/review?check=${run.checks[1]}&token=${ui.token}`);
  const pictures = page.locator('.both-pictures img');
  const boxes = async () => Promise.all((await pictures.all()).map((picture) => picture.boundingBox()));
  expect(await pictures.evaluateAll((all) => all.map((one) => (one as HTMLImageElement).naturalWidth))).toEqual([
    60, 60, 60,
  ]);
  const beside = await boxes();
  expect(new Set(beside.map((box) => box!.y)).size).toBe(1);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  const below = await boxes();
  expect(below.map((box) => box!.y)).toEqual(below.map((box) => box!.y).toSorted((a, b) => a - b));
  expect(new Set(below.map((box) => box!.x)).size).toBe(1);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
