import { describe, expect, test } from 'vitest';
import { alignedRows } from '../../src/compare/aligned-rows.ts';
import { BodyPair, type ComparableBody } from '../../src/compare/compare-body.ts';
import { contentOf } from '../../src/compare/content.ts';
import type { ResponseOutcome } from '../../src/model/exchange.ts';
import type { RowOptions } from '../../src/compare/diff-row.ts';
import { comparison, response } from '../support/comparable.ts';
import { rowTexts } from '../support/diff-rows.ts';

function view(
  before: string,
  after: string,
  type: string,
  options: RowOptions & { renames?: Record<string, string> } = {},
) {
  const [baseline, fresh] = [before, after].map((body) => {
    const side = response({ headers: ['Content-Type', type], body });
    const { headers, body: facts } = side.outcome as ResponseOutcome;
    return { headers, facts, bytes: side.body };
  }) as [ComparableBody, ComparableBody];
  const differences = new BodyPair(baseline, fresh).compare(comparison(options.renames));
  const contents = [contentOf(baseline.headers, baseline.bytes), contentOf(fresh.headers, fresh.bytes)] as const;
  return { differences, rows: alignedRows(...contents, differences, options) };
}

test('JSON, text and bytes each have their view', () => {
  expect(rowTexts(view('{"a":1}', '{"a":2}', 'application/json').rows)[1]).toBe('changed 2   "a": [1] | 2   "a": [2]');
  expect(rowTexts(view('a\nb', 'a\nc', 'text/plain').rows)[1]).toBe('changed 2 [b] | 2 [c]');
  expect(rowTexts(view('a', 'b', 'image/png').rows)[0]).toMatch(/^changed 1 00000000 {2}\[61\]/);
});

test('JSON that no longer parses is shown as text', () => {
  expect(rowTexts(view('{"a":1}', '{"a":', 'application/json').rows)).toEqual(['changed 1 {"a":[1}] | 1 {"a":']);
});

test('every difference of a JSON body stands on a row', () => {
  const before = { items: [{ id: 1, n: [1, 2] }, { id: 2 }], x: null, 'a/b': { c: 1 } };
  const after = { items: [{ id: 3 }, { id: 1, n: [2] }], y: {}, x: 1, 'a/b': { c: 2 } };
  const { differences, rows } = view(JSON.stringify(before), JSON.stringify(after), 'application/json');
  const shown = rows.flatMap((row) => (row.kind === 'line' ? (row.difference ?? []) : []));
  expect(shown.toSorted()).toEqual(differences.map(({ part, path }) => `${part}:${path}`).toSorted());
});

test('elements paired under a renaming stay paired in the view', () => {
  const list = (id: string) =>
    JSON.stringify([
      { id, n: 1 },
      { id: 'ord-0001', n: 2 },
    ]);
  const renames = { 'ord-0017': 'ord-0023' };
  expect(rowTexts(view(list('ord-0017'), list('ord-0023'), 'application/json', { renames }).rows)[2]).toBe(
    'equivalent 3     "id": "ord-[0017]" | 3     "id": "ord-[0023]"',
  );
});

describe('size', () => {
  const items = (count: number, change: number) =>
    JSON.stringify(
      {
        items: Array.from({ length: count }, (_, id) => ({
          id,
          name: `item ${id}`,
          price: id % change === change - 1 ? -1 : 1,
        })),
      },
      undefined,
      1,
    );

  test('a document of five thousand lines folds to what changed', () => {
    const { rows } = view(items(1000, 1e9), items(1000, 100), 'application/json');
    expect(rows.filter((row) => row.kind === 'line' && row.state === 'changed')).toHaveLength(10);
    expect(rows.length).toBeLessThan(120);
  });

  test('a document that changed everywhere is cut at the limit', () => {
    const { rows } = view(items(20_000, 1e9), items(20_000, 8), 'application/json', { limit: 300 });
    expect(rows.length).toBeLessThan(500);
    expect(rows.at(-1)).toMatchObject({ kind: 'fold', text: expect.stringMatching(/more rows$/) as string });
  });
});
