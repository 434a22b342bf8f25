import { describe, expect, test } from 'vitest';
import { valuesInHeaders, valuesInJson, valuesInText } from '../../src/compare/kept-values.ts';
import { noRenames } from '../support/comparable.ts';
import { Renaming } from '../../src/suite/renaming.ts';
import { findings, judgeAll, jsonPair } from '../support/judged-session.ts';

const id = '3f2a1c9e-7d0e-4b3a-9a55-0c1d2e3f4a5b';
const search = { renames: noRenames };
const other = '9c1b7a60-1e2d-4c3b-ab4a-596877869504';

test('values that no accident makes are found wherever they stand, tokens and base64 included', () => {
  const base64 = Buffer.from(JSON.stringify({ user: other })).toString('base64url');
  expect([...valuesInJson({ a: [{ text: `of ${id}` }], n: 17, cursor: base64, name: 'Ann' }, search).values()]).toEqual(
    [
      { text: id, path: ['a', 0, 'text'] },
      { text: other, path: ['cursor', 'user'], isWrapped: true },
    ],
  );
  expect([...valuesInText(`one\n${id}`, noRenames).values()]).toEqual([{ text: id, path: [], line: 2 }]);
  expect([...valuesInHeaders(['Location', `/x/${id}`, 'Date', id], noRenames).values()]).toEqual([
    { text: id, path: ['location'] },
  ]);
});

test('moments count by the millisecond and by the name of their field', () => {
  const values = valuesInJson(
    {
      at: '2026-03-01T12:00:00.123Z',
      day: '2026-03-01T12:00:00.000Z',
      n: 1_772_366_400_123,
    },
    search,
  );
  expect([...values.values()].map(({ text, moment }) => [text, moment])).toEqual([
    ['2026-03-01T12:00:00.123Z', 'at'],
    ['1772366400123', 'n'],
  ]);
});

test('a body of equal bytes is a finding where it shows a value that has another name by now', () => {
  const text = { body: `<p>${id}</p>`, headers: ['Content-Type', 'text/html'] };
  const judged = judgeAll([jsonPair({ id }, { id: other }), { baseline: text, fresh: text }]);
  expect(findings(judged)).toEqual([
    '1 body line 1 changed: 3f2a1c9e…4a5b has been 9c1b7a60…9504 since GET / (shop:main/0, /id); here it is 3f2a1c9e…4a5b',
  ]);
});

test('headers count too', () => {
  const at = (value: string) => ({ headers: ['Location', `/x/${value}`] });
  expect(
    findings(
      judgeAll([
        { baseline: at(id), fresh: at(other) },
        { baseline: at(id), fresh: at(id) },
      ]),
    ),
  ).toEqual([
    '1 header location changed: 3f2a1c9e…4a5b has been 9c1b7a60…9504 since GET / (shop:main/0, header location); here it is 3f2a1c9e…4a5b',
  ]);
});

test('a place that is told already is told once, an explained one beside it', () => {
  const pair = jsonPair({ a: `${id} x`, b: `${id} ${other}` }, { a: `${id} y`, b: `${id} ${other}` });
  expect(findings(judgeAll([jsonPair({ id }, { id: 'ddaa88bb-99cc-4dde-8eef-001122334455' }), pair]))).toEqual([
    '1 body /a changed',
  ]);
});

describe('what flows', () => {
  const shop = (): Renaming => {
    const renaming = new Renaming(['order', 'user']);
    renaming.establish('17', '18', { kinds: ['order'] });
    renaming.establish('ord-a1b2c3', 'ord-x9y8z7');
    return renaming;
  };
  const same = (value: object) => jsonPair(value, value);
  const told = (value: object): string[] => findings(judgeAll([same(value)], shop()));

  test('is a finding where it stays although it was renamed', () => {
    expect(told({ text: 'see ord-a1b2c3' })).toEqual([
      '0 body /text changed: ord-a1b2c3 has been ord-x9y8z7 since the run began; here it is ord-a1b2c3',
    ]);
    expect(told({ orderId: 17 })).toEqual([
      '0 body /orderId changed: 17 has been 18 since the run began; here it is 17',
    ]);
    expect(told({ href: '/orders/17/lines' })).toHaveLength(1);
  });

  test('is none where its name speaks of other things or of nothing', () => {
    expect(told({ userId: 17, id: 17, quantity: 17, parentId: 17, href: '/users/17', total: '17' })).toEqual([]);
  });
});

test('a list that has grown shows what it showed before, beside what is new', () => {
  const renaming = new Renaming();
  renaming.establish(id, other);
  const lists = jsonPair(
    [{ id, name: 'Ann' }],
    [
      { id, name: 'Ann' },
      { id: other, name: 'Ann' },
    ],
  );
  expect(findings(judgeAll([lists], renaming))).toEqual(['0 body /0 added']);
});
