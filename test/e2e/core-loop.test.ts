import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compareAnswers } from '../../src/demo/compare-answers.ts';
import { demoCustomer, runShopSession, type ShopAnswer } from '../../src/demo/shop-session.ts';
import type { TestDocument } from '../../src/suite/reporters/json.ts';
import { runRetake, startRetake, startShopProcess } from '../support/process.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const visit = (baseUrl: string): Promise<readonly ShopAnswer[]> => runShopSession({ baseUrl, onStep: () => {} });

/** Every difference that is not explained, as `METHOD /path: part path severity before → after`, ids of orders hidden. */
function findings({ checks }: TestDocument): string[] {
  return checks.flatMap(({ method, target, differences }) =>
    differences
      .filter(({ severity }) => severity !== 'equivalent')
      .map(({ part, path, severity, before, after }) => {
        const where = `${method} ${target.replace(/ord_[0-9a-f]+/, ':id')}`;
        return `${where}: ${part} ${path} ${severity} ${before ?? ''} → ${after ?? ''}`;
      }),
  );
}

describe('the core loop, with real programs', () => {
  const { folder, remove } = makeTempFolder();
  afterAll(remove);
  let recorded: readonly ShopAnswer[] = [];

  /** Tests the cassette against a freshly started shop. */
  async function testAgainst(version: 1 | 2): Promise<{ code: number | null; document: TestDocument; stderr: string }> {
    const shop = await startShopProcess(version);
    const { code, stdout, stderr } = await runRetake(['test', 'shop', '--target', shop.url, '--json'], {
      cwd: folder,
      env: { RETAKE_SECRET_PASSWORD: demoCustomer.password },
    });
    await shop.stop();
    return { code, document: JSON.parse(stdout || '{"checks":[]}') as TestDocument, stderr };
  }

  it('records a visit: every exchange is stored, and one file is left', async () => {
    const shop = await startShopProcess(1);
    const recorder = await startRetake(['record', '--target', shop.url, '--cassette', 'shop'], { cwd: folder });
    recorded = await visit(recorder.url);
    expect(await recorder.stop()).toMatchObject({ code: 0 });
    const { stdout } = await runRetake(['ls', '--json'], { cwd: folder });
    const { cassettes } = JSON.parse(stdout) as { cassettes: { name: string; sessions: { exchanges: number }[] }[] };
    expect(cassettes.map(({ name, sessions }) => [name, sessions[0]?.exchanges])).toEqual([['shop', recorded.length]]);
  });

  it('stored no password and no token', () => {
    const file = readFileSync(path.join(folder, 'cassettes/shop.cassette'));
    const token = /"token":"([^"]+)"/.exec(recorded.map(({ body }) => body.toString('latin1')).join('\n'))?.[1];
    expect(token).toMatch(/^shop_[0-9a-f]{40}$/);
    expect([token!, demoCustomer.password].filter((secret) => file.includes(secret))).toEqual([]);
  });

  it('replays the visit without the shop: the same client gets the same answers', async () => {
    const player = await startRetake(['replay', 'shop'], { cwd: folder });
    const { identical, pseudonymous, different } = compareAnswers(recorded, await visit(player.url));
    expect(await player.stop()).toMatchObject({ code: 0 });
    expect(different).toEqual([]);
    // The visitor's cookie, and the login with its token and cookie.
    expect([identical, pseudonymous]).toEqual([recorded.length - 2, 2]);
  });

  it('passes against a freshly started shop of the same version', async () => {
    const { code, document, stderr } = await testAgainst(1);
    expect(findings(document), stderr).toEqual([]);
    expect(code).toBe(0);
    expect(document.counts.same + document.counts.equivalent).toBe(recorded.length);
  });

  it('wants the secrets that the recording does not have, by name', async () => {
    const shop = await startShopProcess(1);
    const { code, stderr } = await runRetake(['test', 'shop', '--target', shop.url], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('RETAKE_SECRET_PASSWORD');
  });

  it('finds exactly the regression and the addition of version 2', async () => {
    const { code, document } = await testAgainst(2);
    const total = (where: string, before: number, after: number): string => `${where} changed ${before} → ${after}`;
    expect(findings(document).filter((line) => !line.includes('/rating added'))).toEqual([
      total('POST /orders: body /total_cents', 15_880, 12_390),
      total('GET /orders/:id: body /total_cents', 15_880, 12_390),
      total('PATCH /orders/:id: body /total_cents', 10_470, 3490),
      total('GET /orders/:id: body /total_cents', 10_470, 3490),
      total('POST /orders/:id/payment: body /total_cents', 10_470, 3490),
      total('GET /orders/:id: body /total_cents', 10_470, 3490),
      total('GET /orders: body /orders/0/total_cents', 10_470, 3490),
    ]);
    // Ten products in the lists, one on its own page.
    expect(findings(document).filter((line) => line.includes('/rating added'))).toHaveLength(11);
    expect(document.counts).toMatchObject({ changed: 7, added: 4, broken: 0, missing: 0, failed: 0 });
    expect(code).toBe(1);
  });

  it('passes once the differences are accepted, and still replays what was recorded', async () => {
    const accepted = await runRetake(['accept'], { cwd: folder });
    expect(accepted, accepted.stderr).toMatchObject({ code: 0 });
    const { code, document } = await testAgainst(2);
    expect(findings(document)).toEqual([]);
    expect(code).toBe(0);
    const player = await startRetake(['replay', 'shop'], { cwd: folder });
    expect(compareAnswers(recorded, await visit(player.url)).different).toEqual([]);
    await player.stop();
  });

  it('now fails against version 1: what was accepted is the baseline', async () => {
    const { code, document } = await testAgainst(1);
    expect(code).toBe(1);
    expect(document.counts).toMatchObject({ changed: 7, broken: 4 });
  });
});
