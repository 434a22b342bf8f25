// A program that opens a page in Chromium through the proxy and with the authority of `retake exec`, and prints its text.
import { chromium } from 'playwright-core';
import { findBrowser } from '../../tools/ensure-browser.ts';

const { RETAKE_PROXY: proxy, RETAKE_CA_PIN: pin } = process.env;
const browser = await chromium.launch({
  executablePath: findBrowser()!,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--no-first-run',
    `--proxy-server=${proxy}`,
    // Chromium keeps localhost away from every proxy unless told so; what it tells its maker is not to be recorded.
    '--proxy-bypass-list=<-loopback>;*.googleapis.com;*.google.com',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
    `--ignore-certificate-errors-spki-list=${pin}`,
  ],
});
const page = await browser.newPage();
await page.goto(process.argv[2]!);
await page.locator('[data-done]').waitFor();
process.stdout.write(`${await page.locator('body').innerText()}\n`);
await browser.close();
