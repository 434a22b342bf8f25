import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCustomer, runShopSession } from '../../src/demo/shop-session.ts';
import { runRetake, startRetake, startShopProcess } from '../support/process.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

describe('the cassette in the repository, elsewhere and without the key it was recorded with', () => {
  const { folder, remove } = makeTempFolder();
  beforeAll(() => {
    mkdirSync(path.join(folder, 'cassettes'));
    copyFileSync('cassettes/shop.cassette', path.join(folder, 'cassettes/shop.cassette'));
  });
  afterAll(remove);

  it('serves the example customer', async () => {
    const player = await startRetake(['replay', 'shop'], { cwd: folder });
    const answers = await runShopSession({ baseUrl: player.url, onStep: () => {} });
    const { code, stderr } = await player.stop();
    expect(answers).toHaveLength(23);
    expect(code, stderr).toBe(0);
  });

  it('passes against the shop as it is now', async () => {
    const shop = await startShopProcess(1);
    const env = { RETAKE_SECRET_PASSWORD: demoCustomer.password };
    const { code, stdout } = await runRetake(['test', 'shop', '--target', shop.url], { cwd: folder, env });
    expect(code, stdout).toBe(0);
  });
});
