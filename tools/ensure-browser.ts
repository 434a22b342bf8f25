/**
 * A Chromium or Chrome for the browser tests: finds one, or installs Debian's as root. Run by `npm test`; tests import
 * `findBrowser`.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface BrowserSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

const commandNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'chrome.exe'];

const installedPlaces: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
    String.raw`C:\Program Files (x86)\Google\Chrome\Application\chrome.exe`,
  ],
};

/** Where each platform's Playwright keeps the executable, below `chromium-1234/`. */
const playwrightExecutables = [
  'chrome-linux/chrome',
  'chrome-linux64/chrome',
  'chrome-linux/headless_shell',
  'chrome-headless-shell-linux64/chrome-headless-shell',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
  'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-win/chrome.exe',
  'chrome-win64/chrome.exe',
];

/**
 * Path of a browser's executable: `CHROME_PATH`, else one on `PATH` or in its usual place, else one Playwright has
 * downloaded. Undefined when there is none, and when `CHROME_PATH` names something that cannot be run: what a person
 * set is never silently replaced.
 */
export function findBrowser(
  search: BrowserSearch = { env: process.env, platform: process.platform, home: homedir() },
): string | undefined {
  const chosen = search.env['CHROME_PATH'];
  if (chosen !== undefined && chosen !== '') return isExecutable(chosen) ? chosen : undefined;
  const onPath = (search.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => commandNames.map((name) => path.join(folder, name)));
  const candidates = [...onPath, ...(installedPlaces[search.platform] ?? []), ...playwrightCandidates(search)];
  return candidates.find(isExecutable);
}

function playwrightCandidates({ env, platform, home }: BrowserSearch): string[] {
  const defaults: Partial<Record<NodeJS.Platform, string>> = {
    darwin: path.join(home, 'Library/Caches/ms-playwright'),
    win32: path.join(env['LOCALAPPDATA'] ?? home, 'ms-playwright'),
  };
  const cache = env['PLAYWRIGHT_BROWSERS_PATH'] ?? defaults[platform] ?? path.join(home, '.cache/ms-playwright');
  if (!existsSync(cache)) return [];
  const revisions = readdirSync(cache)
    .filter((name) => name.startsWith('chromium'))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return revisions.flatMap((name) => playwrightExecutables.map((executable) => path.join(cache, name, executable)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian's and Ubuntu's package, when we may install it. True when apt-get ended well. */
function installWithApt(): boolean {
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) return false;
  console.error('no browser found: installing Debian’s chromium with apt-get');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const runApt = (...args: string[]): boolean => {
    const ended = spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    return ended.status === 0;
  };
  const install = ['install', '-y', '--no-install-recommends', 'chromium'];
  return runApt(...install) || (runApt('update') && runApt(...install));
}

/** Ubuntu's `chromium-browser` can be a script that only asks for a snap: a browser that cannot say its version is none. */
function starts(browser: string): boolean {
  const ended = spawnSync(browser, ['--version'], { timeout: 30_000, stdio: 'ignore' });
  return ended.status === 0;
}

function main(): number {
  const chosen = process.env['CHROME_PATH'];
  let browser = findBrowser();
  if (browser === undefined && !chosen && installWithApt()) browser = findBrowser();
  if (browser !== undefined && starts(browser)) return 0;
  const found = browser ?? (chosen === undefined || chosen === '' ? undefined : chosen);
  console.error(
    found === undefined
      ? 'error: the browser tests need Chromium or Chrome, none was found'
      : `error: ${found} does not start`,
  );
  console.error('  install one (Debian: apt-get install chromium; or: npx playwright-core install chromium),');
  console.error('  or set CHROME_PATH to the executable of one that is installed');
  return 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main();
