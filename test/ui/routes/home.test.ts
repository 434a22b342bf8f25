import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { CassetteWriter } from '../../../src/store/cassette-writer.ts';
import { newExchange, newSession } from '../../support/cassette-parts.ts';
import { testUi, testUiOver } from '../../support/ui-app.ts';

const ui = testUi({ actions: { runTests: () => Promise.resolve() } });

describe('the home page', () => {
  test('lists cassettes with their sessions, newest first, and the last runs', async () => {
    const page = await ui.html('/');
    const sessions = [...page.matchAll(/<span class="session-name">([^<]+)/g)].map(([, name]) => name);
    expect(sessions).toEqual(['checkout', 'browse']);
    expect(page).toContain('cassettes/shop.cassette');
    expect(page).toContain('16 exchanges');
    expect(page).toContain('href="/runs/1"');
    expect(page).toContain('href="/cassettes/shop/checkout/run"');
    expect(page).toContain('href="/cassettes/shop/checkout/vitest"');
  });

  test('shows a file it cannot read with the reason, beside the others', async () => {
    const file = path.join(ui.folder, 'cassettes', 'odd <b>.cassette');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, 'this is text, not SQLite, and longer than a header of a hundred bytes. '.repeat(3));
    await expect.poll(() => ui.html('/'), { timeout: 6_000 }).toContain('CASSETTE_NOT_SQLITE');
    const page = await ui.html('/');
    expect(page).toContain('odd &lt;b&gt;');
    expect(page).toContain('checkout');
  });

  test('says how to record when there is nothing', async () => {
    const empty = path.join(ui.folder, 'empty');
    mkdirSync(empty);
    const other = testUiOver(empty).html;
    const page = await other('/');
    expect(page).toContain('No cassette yet');
    expect(page).toContain('retake record --target http://127.0.0.1:3000 --cassette first');
    expect(await other('/traffic')).toContain('Nothing is recorded yet');
    expect(await other('/runs')).toContain('No run yet');
  });
});

describe('the page of a cassette', () => {
  test('lists all sessions and the commands for it', async () => {
    const page = await ui.html('/cassettes/shop');
    expect(page).toContain('retake replay cassettes/shop.cassette');
    expect(page).toContain('href="/traffic?cassette=shop&amp;session=browse"');
  });

  test('recorded through a forward proxy is replayed through one', async () => {
    const folder = path.join(ui.folder, 'forward');
    const writer = CassetteWriter.open(path.join(folder, 'cassettes', 'all.cassette'), { create: 'if-missing' });
    const targets = [{ name: 'api.example:443', url: 'https://api.example' }];
    const session = writer.beginSession(newSession({ name: 'one', targets }));
    writer.insertExchange(newExchange(session, { targetName: 'api.example:443' }));
    writer.finishSession(session, { endedAt: 1 });
    writer.close();
    const page = await testUiOver(folder).html('/cassettes/all');
    expect(page).toContain('retake replay cassettes/all.cassette --forward');
  });

  test('that nobody knows is 404 with a way on', async () => {
    for (const name of ['other', '..%2Fshop', '%2Fetc%2Fpasswd']) {
      const answer = await ui.ask(`/cassettes/${name}`);
      expect(answer.status).toBe(404);
      expect(await answer.text()).toContain('CASSETTE_MISSING');
    }
  });
});

test('an address nobody knows is 404', async () => {
  const answer = await ui.ask('/nowhere');
  expect(answer.status).toBe(404);
  expect(await answer.text()).toContain('There is no such page');
});
