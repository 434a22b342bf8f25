import { expect, test } from 'vitest';
import { valuesInHeaders, valuesInJson, valuesInText } from '../../src/compare/kept-values.ts';
import { findings, judgeAll, jsonPair } from '../support/judged-session.ts';

const id = '3f2a1c9e-7d0e-4b3a-9a55-0c1d2e3f4a5b';
const other = '9c1b7a60-1e2d-4c3b-ab4a-596877869504';

test('values that no accident makes are found wherever they stand, tokens and base64 included', () => {
  const base64 = Buffer.from(JSON.stringify({ user: other })).toString('base64url');
  expect([...valuesInJson({ a: [{ text: `of ${id}` }], n: 17, cursor: base64, name: 'Ann' }).values()]).toEqual([
    { text: id, path: ['a', 0, 'text'] },
    { text: other, path: ['cursor', 'user'] },
  ]);
  expect([...valuesInText(`one\n${id}`).values()]).toEqual([{ text: id, path: [], line: 2 }]);
  expect([...valuesInHeaders(['Location', `/x/${id}`, 'Date', id], (name) => name !== 'date').values()]).toEqual([
    { text: id, path: ['location'] },
  ]);
});

test('moments count by the millisecond and by the name of their field', () => {
  const values = valuesInJson({
    at: '2026-03-01T12:00:00.123Z',
    day: '2026-03-01T12:00:00.000Z',
    n: 1_772_366_400_123,
  });
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
