import { beforeEach, describe, expect, test } from 'vitest';
import { signatureOf } from '../../../src/model/signature.ts';
import { CassetteReader } from '../../../src/store/cassette-reader.ts';
import { RunStore } from '../../../src/store/run-store.ts';
import { testUi } from '../../support/ui-app.ts';

const ui = testUi();
const { ask, html } = ui;

const withStore = <T>(work: (store: RunStore) => T): T => {
  const store = RunStore.open(ui.folder);
  try {
    return work(store);
  } finally {
    store.close();
  }
};
const checkAt = (position: number): number =>
  withStore((store) => store.checks(ui.runId).find((check) => check.position === position)!.id);
const events = () => withStore((store) => store.reviewEvents(ui.runId));
const decide = (form: Record<string, string>) => ask('/runs/1/review', { form });

beforeEach(() => {
  // Take back whatever an earlier test decided, the way a person would.
  withStore((store) => {
    const all = store.reviewEvents(ui.runId);
    const undone = new Set(all.map(({ undoes }) => undoes));
    for (const { id, checkId, action } of all) {
      if (action !== 'undo' && !undone.has(id)) {
        store.addReviewEvent({ runId: ui.runId, checkId, action: 'undo', undoes: id, author: 'Ada', at: 0 });
      }
    }
  });
});

describe('the review page', () => {
  test('lists what is to be decided, worst first, and shows the first', async () => {
    const page = await html('/runs/1/review?list=checks');
    const items = [
      ...page.matchAll(
        /<li( class="follower")?><a [^>]*class="check-item".*?<span class="method">(\w+)<\/span> <span class="target">([^<]+)/g,
      ),
    ];
    expect(items.map(([, follower, method, target]) => `${follower ? '> ' : ''}${method} ${target}`)).toEqual([
      'GET /products?limit=24&amp;sort=price',
      'POST /orders',
      '> GET /orders/ord_7f3a9c',
      'DELETE /cart/lines/3',
      'POST /search',
    ]);
    expect(page).toContain('0 of 5 decided');
    expect(page).toMatch(/<h2 id="check-title"[^>]*>.*\/products/);
  });

  test('begins with the clusters, worst first, those that only follow from others folded', async () => {
    const page = await html('/runs/1/review');
    const places = [...page.matchAll(/check-line target">([^<]+)<\/span><span class="quiet group-facts">([^<]+)/g)];
    expect(places.map(([, place, facts]) => `${place}: ${facts}`)).toEqual([
      '/items/*/price: other type · 1 check',
      '/items/*/name: changed · 1 check',
      'status: changed · 1 check',
      'not sent: missing · 1 check',
      '/items/*/discount: added · 24 changes in 1 check',
      '/facets: added · 1 check',
      '/customer/tier: removed · 1 check · follows from others',
      '/total: changed · 1 check · follows from others',
    ]);
    expect(page).toMatch(/<details id="consequences"><summary>2 clusters that only follow from these/);
    expect(page).toMatch(/<section class="group-head" .*\/items\/\*\/price/);
    expect(page).toMatch(/data-difference="body:\/items\/2\/price" data-of-cluster="" aria-current="true"/);
  });

  test('of a cluster nobody knows shows the first that is open', async () => {
    expect(await html('/runs/1/review?cluster=000000000000')).toMatch(/group-head" .*\/items\/\*\/price/);
  });

  test('says what a check follows from, and what follows from it', async () => {
    expect(await html(`/runs/1/review?check=${checkAt(3)}`)).toMatch(
      /Follows from <a class="check-link" href="\/runs\/1\/review\?check=3" data-swap="true">POST \/orders/,
    );
    expect(await html(`/runs/1/review?check=${checkAt(2)}`)).toContain('1 check follows from this one');
  });

  test('shows one check with both sides and its differences in order of severity', async () => {
    const page = await html(`/runs/1/review?check=${checkAt(3)}`);
    const words = [...page.matchAll(/difference-words">([^<]+)</g)].map(([, text]) => text);
    expect(words.slice(0, 2)).toEqual(['/customer/tier removed &quot;gold&quot;', '/total 4350 → 4360']);
    expect(page).toMatch(/<tr class="line removed" data-difference="body:\/customer\/tier">/);
    expect(page).toContain('2 explained differences');
    expect(page).toContain('<mark>4350</mark>');
    expect(page).toContain('<mark>4360</mark>');
  });

  test('puts many changes of one pattern into one line', async () => {
    const page = await html(`/runs/1/review?check=${checkAt(1)}`);
    expect(page).toContain('/items/*/discount');
    expect(page).toContain('24 × added');
  });

  test('folds unchanged lines, and unfolds them by link', async () => {
    const page = await html(`/runs/1/review?check=${checkAt(1)}`);
    expect(page).not.toContain('&quot;p_115&quot;');
    const fold = /class="fold"><td colspan="4"><a href="([^"]*expand=[^"]*)"/.exec(page)![1]!.replaceAll('&amp;', '&');
    const [, from, to] = /expand=(\d+)-(\d+)/.exec(fold)!;
    const lines = (text: string): number => text.split('<tr class="line').length;
    expect(lines(await html(fold))).toBeGreaterThanOrEqual(lines(page) + Number(to) - Number(from));
  });

  test('of a check that was not sent offers no accept', async () => {
    const page = await html(`/runs/1/review?check=${checkAt(8)}`);
    expect(page).toContain('not sent: the line id of POST /cart was not answered');
    expect(page).toMatch(/value="accept"[^>]*disabled/);
    expect(page).not.toMatch(/value="reject"[^>]*disabled/);
  });

  test('of a run nobody knows is 404', async () => {
    expect((await ask('/runs/99/review')).status).toBe(404);
    expect((await ask('/runs/x/review')).status).toBe(404);
  });
});

describe('deciding', () => {
  test('keeps an event and leads on to the next open check', async () => {
    const answer = await decide({ check: String(checkAt(1)), action: 'accept', note: ' as agreed ' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`/runs/1/review?check=${checkAt(2)}&done=accepted`);
    expect(events().at(-1)).toMatchObject({ action: 'accept', checkId: checkAt(1), note: 'as agreed', author: 'Ada' });
    expect(await html('/runs/1/review')).toContain('1 of 5 decided');
  });

  test('one difference stays on its check', async () => {
    const answer = await decide({ check: String(checkAt(3)), action: 'reject', difference: 'body:/total' });
    expect(answer.headers.get('location')).toBe(
      `/runs/1/review?check=${checkAt(3)}&difference=body%3A%2Ftotal&done=rejected`,
    );
    const page = await html(`/runs/1/review?check=${checkAt(3)}`);
    expect(page).toMatch(/data-difference="body:\/total".*rejected/s);
  });

  test('is taken back by undo, which leads to what was undone', async () => {
    await decide({ check: String(checkAt(3)), action: 'reject' });
    const undoes = String(events().at(-1)!.id);
    const answer = await decide({ check: String(checkAt(1)), action: 'undo', undoes });
    expect(answer.headers.get('location')).toContain(`check=${checkAt(3)}`);
    expect(await html('/runs/1/review')).toContain('0 of 5 decided');
  });

  test('nothing, or something else, changes nothing', async () => {
    const before = events().length;
    expect((await decide({ check: '999', action: 'accept' })).status).toBe(409);
    expect((await decide({ check: String(checkAt(1)), action: 'delete' })).status).toBe(409);
    await decide({ check: String(checkAt(1)), action: 'undo', undoes: '12345' });
    expect(events()).toHaveLength(before);
  });
});

describe('deciding on a cluster', () => {
  const discount = signatureOf(
    { method: 'GET', template: '/products' },
    { part: 'body', pattern: '/items/*/discount', kind: 'added' },
  );

  test('is one decision on all of its differences, with one note, and leads on to the next cluster', async () => {
    const form = { check: String(checkAt(1)), cluster: discount, note: 'new field' };
    const answer = await decide({ ...form, action: 'accept-cluster' });
    const facets = signatureOf(
      { method: 'POST', template: '/search' },
      { part: 'body', pattern: '/facets', kind: 'added' },
    );
    expect(answer.headers.get('location')).toBe(`/runs/1/review?cluster=${facets}&done=accepted`);
    const made = events().slice(-24);
    expect(new Set(made.map(({ batch, id }) => batch ?? id))).toEqual(new Set([made[0]!.id]));
    expect(made.every(({ action, note }) => action === 'accept' && note === 'new field')).toBe(true);
    const page = await html(`/runs/1/review?cluster=${discount}`);
    expect(page).toMatch(/\/items\/\*\/discount<\/span>.*?added · 24 changes in 1 check.*?accepted/);

    const undone = await decide({ ...form, action: 'undo', undoes: String(made.at(-1)!.id) });
    expect(undone.headers.get('location')).toBe(
      `/runs/1/review?cluster=${discount}&check=${checkAt(1)}&done=taken+back`,
    );
    expect(await html(`/runs/1/review?cluster=${discount}`)).not.toContain('class="decision tone');
  });

  test('decides a check as a whole where nothing else of it is open', async () => {
    const status = signatureOf(
      { method: 'POST', template: '/orders' },
      { part: 'status', pattern: '', kind: 'changed' },
    );
    await decide({ cluster: status, action: 'reject-cluster' });
    expect(events().at(-1)).toMatchObject({ action: 'reject', checkId: checkAt(2) });
    expect(events().at(-1)).not.toHaveProperty('difference');
  });

  test('what was not sent can only be rejected', async () => {
    expect((await decide({ cluster: 'missing', action: 'accept-cluster' })).status).toBe(409);
    await decide({ cluster: 'missing', action: 'reject-cluster' });
    expect(await html('/runs/1/review')).toContain('1 of 5 decided');
  });

  test('one check of it leads on to the next of the cluster, then to the next cluster', async () => {
    const form = { check: String(checkAt(1)), cluster: discount };
    const one = await decide({ ...form, action: 'accept', difference: 'body:/items/0/discount' });
    expect(one.headers.get('location')).toBe(
      `/runs/1/review?cluster=${discount}&check=${checkAt(1)}&difference=body%3A%2Fitems%2F0%2Fdiscount&done=accepted`,
    );
    const whole = await decide({ ...form, action: 'accept' });
    expect(whole.headers.get('location')).not.toContain(discount);
  });

  test('on a cluster nobody knows changes nothing', async () => {
    const before = events().length;
    expect((await decide({ cluster: '000000000000', action: 'accept-cluster' })).status).toBe(409);
    expect(events()).toHaveLength(before);
  });
});

describe('finishing', () => {
  test('first shows what will be written and the same as a command', async () => {
    await decide({ check: String(checkAt(3)), action: 'accept' });
    await decide({ check: String(checkAt(2)), action: 'reject', note: 'must stay 201' });
    const page = await html('/runs/1/review/finish');
    expect(page).toContain('1 accepted response');
    expect(page).toContain('1 rejection');
    expect(page).toContain('3 checks');
    expect(page).toContain('retake accept checkout/3 --run 1');
    expect(page).toContain(ui.cassettePath);
  });

  test('writes baselines and rejections into the cassette, once', async () => {
    await decide({ check: String(checkAt(3)), action: 'accept', note: 'tier is gone on purpose' });
    await decide({ check: String(checkAt(2)), action: 'reject', note: 'must stay 201' });
    const answer = await ask('/runs/1/review/finish', { form: {} });
    expect(await answer.text()).toContain('1 new baseline');
    const reader = CassetteReader.open(ui.cassettePath);
    const session = reader.session('checkout');
    const exchange = reader.exchange(session.id, 3)!;
    expect(reader.baselines(exchange.id).map(({ version, note }) => [version, note])).toEqual([
      [1, undefined],
      [2, 'tier is gone on purpose'],
    ]);
    expect(reader.decisions(reader.exchange(session.id, 2)!.id)).toMatchObject([
      { action: 'reject', note: 'must stay 201' },
    ]);
    reader.close();
    await ask('/runs/1/review/finish', { form: {} });
    const again = CassetteReader.open(ui.cassettePath);
    expect(again.baselines(exchange.id)).toHaveLength(2);
    again.close();
    // The page now says that this run was judged against an older baseline.
    expect(await html(`/runs/1/review?check=${checkAt(3)}`)).toContain('moved on to version 2');
  });

  test('with nothing decided has nothing to write', async () => {
    expect(await html('/runs/1/review/finish')).toContain('Nothing is decided yet.');
  });
});
