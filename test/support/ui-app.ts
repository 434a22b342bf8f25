import { afterAll } from 'vitest';
import { accessFor } from '../../src/ui/access.ts';
import { createApp } from '../../src/ui/app.tsx';
import type { UiOptions } from '../../src/ui/ui-options.ts';
import { makeTempFolder } from './temp-folder.ts';
import { fillUiFolder, type UiFolder } from './ui-folder.ts';
import { silentLog } from './silent-log.ts';

export const testToken = 'test-token-0123456789abcdef';
export const testHost = '127.0.0.1:4321';

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a form from a page of the UI. */
  readonly form?: Readonly<Record<string, string>>;
  /** Sent as a program sends it. */
  readonly json?: unknown;
  /** `cookie`: as a browser would; `bearer`: as a program; `none`. */
  readonly as?: 'cookie' | 'bearer' | 'none';
}

export interface TestUi extends UiFolder {
  readonly folder: string;
  readonly ask: (path: string, options?: AskOptions) => Promise<Response>;
  /** The page's HTML; fails unless the answer is 200. */
  readonly html: (path: string) => Promise<string>;
}

/** The UI over a fresh folder with a cassette and a run, asked without a socket; taken away after the file's tests. */
export function testUi(overrides: Partial<UiOptions> = {}): TestUi {
  const { folder, remove } = makeTempFolder();
  const filled = fillUiFolder(folder);
  afterAll(remove);
  return { folder, ...filled, ...testUiOver(folder, overrides) };
}

/** What a UI is started with in a folder. */
export function uiOptions(options: Partial<UiOptions> & Pick<UiOptions, 'folder'>): UiOptions {
  return {
    host: '127.0.0.1',
    port: 0,
    cassettePaths: [],
    actions: {},
    author: 'Ada',
    toolVersion: '0.1.0',
    log: silentLog,
    ...options,
  };
}

/** The UI over any folder. */
export function testUiOver(folder: string, overrides: Partial<UiOptions> = {}): Pick<TestUi, 'ask' | 'html'> {
  const ui = createApp(
    uiOptions({ folder, port: 4321, ...overrides }),
    accessFor({ token: testToken, host: '127.0.0.1', port: 4321, allowedHosts: [] }),
  );
  const ask = async (path: string, options: AskOptions = {}): Promise<Response> => {
    const headers = new Headers({ host: testHost, ...asHeaders(options.as ?? 'cookie') });
    const init: RequestInit = { method: options.method ?? (options.form ? 'POST' : 'GET'), headers };
    if (options.form) {
      headers.set('sec-fetch-site', 'same-origin');
      headers.set('content-type', 'application/x-www-form-urlencoded');
      init.body = new URLSearchParams(options.form).toString();
    }
    if (options.json !== undefined) {
      headers.set('content-type', 'application/json');
      init.body = JSON.stringify(options.json);
    }
    for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
    return ui.app.request(`http://${testHost}${path}`, init);
  };
  const html = async (path: string): Promise<string> => {
    const answer = await ask(path);
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${text}`);
    return text;
  };
  return { ask, html };
}

function asHeaders(as: NonNullable<AskOptions['as']>): Record<string, string> {
  if (as === 'none') return {};
  return as === 'bearer' ? { authorization: `Bearer ${testToken}` } : { cookie: `retake_4321=${testToken}` };
}
