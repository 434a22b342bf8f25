import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { newExchange, newSession, tempCassette } from '../../support/cassette.ts';
import { testUi, testUiOver } from '../../support/ui-app.ts';

const { ask, html } = testUi();

const positions = (text: string): number[] =>
  [...text.matchAll(/<tr data-position="(\d+)"/g)].map(([, position]) => Number(position));
const attribute = (text: string, name: string): string | undefined =>
  new RegExp(`data-${name}="([^"]*)"`).exec(text)?.[1];

describe('the list of exchanges', () => {
  test('shows the newest session of the newest cassette when nothing is asked for', async () => {
    const text = await html('/traffic');
    expect(positions(text)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    expect(text).toContain('href="/x/shop:checkout/3"');
  });

  test('comes in pages of 200, linked to each other', async () => {
    const first = await html('/traffic?cassette=shop&session=browse');
    expect(positions(first)).toHaveLength(200);
    expect(first).toContain('from=200');
    const second = await html('/traffic?cassette=shop&session=browse&from=200');
    expect(positions(second)[0]).toBe(200);
    const last = await html('/traffic?cassette=shop&session=browse&from=400');
    expect(positions(last)).toHaveLength(30);
    expect(last).not.toContain('from=600');
  });

  test('is filtered over the whole session, with the number of matches', async () => {
    const text = await html('/traffic?cassette=shop&session=browse&q=status:5xx');
    expect(positions(text)).toEqual([40, 81, 122, 163, 204, 245, 286, 327, 368, 409]);
    expect(text).toContain('10 of 430');
    const paged = await html('/traffic?cassette=shop&session=browse&q=page');
    expect(positions(paged)).toHaveLength(200);
    expect(paged).toContain('286 of 430');
    expect(paged).toContain('q=page&amp;from=');
  });

  test('says under the box what it does not understand, and shows everything', async () => {
    const text = await html('/traffic?cassette=shop&session=checkout&q=status:abc');
    expect(text).toContain('status:abc is not understood');
    expect(positions(text)).toHaveLength(16);
  });

  test('offers to clear a filter nothing fits', async () => {
    const text = await html('/traffic?cassette=shop&session=checkout&q=nowhere');
    expect(text).toContain('No exchange fits the filter');
    expect(text).toContain('Clear the filter');
  });

  test('shows the chosen exchange beside it', async () => {
    const text = await html('/traffic?cassette=shop&session=checkout&at=3');
    expect(text).toContain('<tr data-position="3" aria-current="true">');
    expect(text).toContain('data-address="shop:checkout/3"');
  });

  test('of a cassette or session nobody knows is 404, and a path is no name', async () => {
    expect((await ask('/traffic?cassette=other')).status).toBe(404);
    expect((await ask('/traffic?cassette=shop&session=other')).status).toBe(404);
    for (const name of ['../shop', 'cassettes/shop.cassette', '/etc/passwd', '%2e%2e%2fshop']) {
      expect((await ask(`/traffic?cassette=${encodeURIComponent(name)}`)).status).toBe(404);
    }
  });
});

describe('rows asked for later', () => {
  const rows = (query: string) => html(`/traffic/rows?cassette=shop&session=browse&${query}`);

  test('begin where the page ended and say how many there are', async () => {
    const text = await rows('from=420');
    expect(positions(text)).toEqual([420, 421, 422, 423, 424, 425, 426, 427, 428, 429]);
    expect(attribute(text, 'next')).toBe('430');
    expect(attribute(text, 'rest')).toBe('10');
    expect(attribute(text, 'total')).toBe('430');
  });

  test('are only counted with limit=0', async () => {
    const text = await rows('from=100&limit=0');
    expect(positions(text)).toEqual([]);
    expect(attribute(text, 'rest')).toBe('330');
    expect(attribute(text, 'next')).toBe('100');
  });

  test('obey the filter', async () => {
    const text = await rows('from=300&q=status:503');
    expect(positions(text)).toEqual([327, 368, 409]);
    expect(attribute(text, 'rest')).toBe('3');
  });

  test('include those asked for by position, wherever they are', async () => {
    expect(positions(await rows('from=430&only=3,17,x,-1'))).toEqual([3, 17]);
  });
});

describe('a session whose recorder was killed', () => {
  test('is shown as cut off: nothing in it is still running', async () => {
    const file = tempCassette((writer) => {
      const session = writer.beginSession(newSession());
      writer.insertExchange(newExchange(session, { position: 0 }));
      writer.insertRunning(newExchange(session, { position: 1, target: '/slow' }));
    });
    const killed = testUiOver(path.dirname(file));
    const list = await killed.html('/traffic');
    expect(list).toContain('The recorder of this session was killed.');
    expect(list).toContain('interrupted');
    expect(list).not.toContain('data-running');
    expect(list).not.toContain('data-open=');
    expect(await killed.html('/x/checkout:session-1/1')).toContain(
      'The recorder stopped while this exchange was running.',
    );
    expect(await killed.html('/')).toContain('cut off');
  });
});
