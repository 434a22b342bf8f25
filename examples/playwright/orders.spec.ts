import { expect } from '@playwright/test';
import { retakeTest } from 'retake/playwright';

// The page itself is the application under test and comes from there; whatever else the browser asks is recorded.
const test = retakeTest({ forward: true, bypass: '127.0.0.1:4701' });

test('a lamp can be ordered', async ({ page, retake }) => {
  // The page makes up its reference from the time.
  await page.clock.setFixedTime(retake.now);
  await page.goto('http://127.0.0.1:4701');
  await page.getByRole('button', { name: 'Order a lamp' }).click();
  await expect(page.getByRole('listitem')).toHaveText(/^lamp \d+, \d+ left$/);
});
