import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../../tools/ensure-browser.ts';
import { runIn } from '../support/test-project.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = (name: string): string => path.join(root, 'node_modules', name);
const browser = findBrowser();

/** As a user runs them; in CI, so that nothing can be recorded and everything comes from the cassettes. */
const examples = [
  { name: 'vitest', args: [program('vitest/vitest.mjs'), 'run'], says: '5 passed | 2 expected fail' },
  { name: 'node-test', args: ['--test'], says: 'pass 2' },
  { name: 'playwright', args: [program('@playwright/test/cli.js'), 'test'], says: '1 passed' },
] as const;

describe('the examples', () => {
  it.each(examples)('$name passes offline', async ({ name, args, says }) => {
    const env = { CI: '1', ...(browser === undefined ? {} : { CHROME_PATH: browser }) };
    const { code, output } = await runIn(path.join(root, 'examples', name), args, env);
    expect(output).toContain(says);
    expect(code).toBe(0);
  });

  it.each(examples)('$name fits the types of the package', async ({ name }) => {
    const compiler = program('typescript/bin/tsc');
    const { code, output } = await runIn(root, [compiler, '-p', path.join('examples', name)]);
    expect(output).toBe('');
    expect(code).toBe(0);
  });
});
