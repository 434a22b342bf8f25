import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BrowserSearch, findBrowser } from '../../tools/ensure-browser.ts';
import { tempFolder } from '../support/temp-folder.ts';

function addExecutable(file: string): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  return file;
}

function searchIn(home: string, env: BrowserSearch['env']): BrowserSearch {
  return { env, platform: 'linux', home };
}

describe('findBrowser', () => {
  it('prefers the browser that CHROME_PATH names', () => {
    const home = tempFolder();
    const chosen = addExecutable(path.join(home, 'my-chrome'));
    addExecutable(path.join(home, 'bin/chromium'));
    expect(findBrowser(searchIn(home, { CHROME_PATH: chosen, PATH: path.join(home, 'bin') }))).toBe(chosen);
  });

  it('never replaces a CHROME_PATH that cannot be run by another browser', () => {
    const home = tempFolder();
    addExecutable(path.join(home, 'bin/chromium'));
    const env = { CHROME_PATH: path.join(home, 'gone'), PATH: path.join(home, 'bin') };
    expect(findBrowser(searchIn(home, env))).toBeUndefined();
  });

  it('finds a browser on PATH, skipping files that are not executable', () => {
    const home = tempFolder();
    const plain = path.join(home, 'first/chromium');
    mkdirSync(path.dirname(plain), { recursive: true });
    writeFileSync(plain, '');
    const good = addExecutable(path.join(home, 'second/google-chrome'));
    const PATH = [path.join(home, 'first'), '', path.join(home, 'second')].join(path.delimiter);
    expect(findBrowser(searchIn(home, { PATH }))).toBe(good);
  });

  it('falls back to the newest browser Playwright has downloaded', () => {
    const home = tempFolder();
    const cache = path.join(home, '.cache/ms-playwright');
    addExecutable(path.join(cache, 'chromium-999/chrome-linux/chrome'));
    const newest = addExecutable(path.join(cache, 'chromium-1200/chrome-linux64/chrome'));
    addExecutable(path.join(cache, 'firefox-2000/chrome-linux/chrome'));
    expect(findBrowser(searchIn(home, { PATH: '' }))).toBe(newest);
  });

  it('finds nothing where there is nothing', () => {
    expect(findBrowser(searchIn(tempFolder(), { PATH: '' }))).toBeUndefined();
  });
});
