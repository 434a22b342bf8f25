import { defineConfig } from '@playwright/test';

export default defineConfig({
  webServer: { command: `"${process.execPath}" app.ts`, url: 'http://127.0.0.1:4701' },
  outputDir: 'node_modules/.playwright',
  use: {
    // A browser of this machine; without it Playwright's own, from `npx playwright install chromium`.
    launchOptions: {
      ...(process.env['CHROME_PATH'] === undefined ? {} : { executablePath: process.env['CHROME_PATH'] }),
      // Containers often have no namespaces for it.
      chromiumSandbox: false,
    },
  },
});
