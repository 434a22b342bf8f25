import { describe, expect, test } from 'vitest';
import { RunStore } from '../../../src/store/run-store.ts';
import { testUi } from '../../support/ui-app.ts';

const ui = testUi();

describe('runs', () => {
  test('are listed newest first with their counts', async () => {
    const page = await ui.html('/runs');
    expect(page).toContain('href="/runs/1"');
    expect(page).toMatch(/2 broken/);
    expect(page).toMatch(/6 equivalent/);
  });

  test('show what differs, worst first, each with its worst difference, and fold what passed', async () => {
    const page = await ui.html('/runs/1');
    const reasons = [...page.matchAll(/<span class="check-reason quiet">([^<]*)/g)].map(([, text]) => text);
    expect(reasons.slice(0, 5)).toEqual([
      '/items/2/price 1400 → &quot;1400&quot; and 25 more',
      'status 201 → 200',
      '/customer/tier removed &quot;gold&quot; and 1 more',
      'not sent: the line id of POST /cart was not answered',
      '/facets added {&quot;material&quot;:[&quot;brass&quot;]}',
    ]);
    expect(page).toContain('8 clusters in 5 checks');
    expect(page).toMatch(/<li class="check-row follower">.*follows from the check it stands beneath/);
    expect(page).toContain('Same or explained');
    expect(page).toContain('Review 5 checks');
    expect(page).toContain('3b55c25e1f');
  });

  test('under way say how far they are', async () => {
    const store = RunStore.open(ui.folder);
    const id = store.beginRun({
      cassettePath: ui.cassettePath,
      cassette: 'shop',
      session: 'checkout',
      target: 'http://127.0.0.1:3001',
      startedAt: Date.now(),
      toolVersion: '0.1.0',
    });
    store.close();
    const page = await ui.html(`/runs/${id}`);
    expect(page).toContain('running');
    expect(page).toContain('<progress aria-label="Checks done">');
    expect(page).not.toContain(`/runs/${id}/review`);
  });

  test('that nobody knows are 404', async () => {
    expect((await ui.ask('/runs/77')).status).toBe(404);
    expect((await ui.ask('/runs/abc')).status).toBe(404);
  });
});

test('the review of the newest run has a short address', async () => {
  expect((await ui.ask('/review')).headers.get('location')).toMatch(/^\/runs\/\d+\/review$/);
});
