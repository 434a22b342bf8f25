import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alignedRows } from '../../src/compare/aligned-rows.ts';
import { contentOf } from '../../src/compare/content.ts';
import { comparePair } from '../support/compare-pair.ts';
import { rowTexts } from '../support/diff-rows.ts';

function view(before: string, after: string, type = 'application/xml', renames: Record<string, string> = {}) {
  const headers = ['Content-Type', type];
  const differences = comparePair({ headers, body: before }, { headers, body: after }, renames);
  const contents = [contentOf(headers, Buffer.from(before)), contentOf(headers, Buffer.from(after))] as const;
  return { differences, rows: alignedRows(...contents, differences, { context: 1 }) };
}

test('both documents are laid out alike, and what belongs together stands on one row', () => {
  const { rows } = view(
    '<order><id>1</id><items><item sku="A">x</item><item sku="B" n="1">y</item></items></order>',
    '<order>\n <id>1</id>\n <items>\n  <item sku="C"/>\n  <item sku="A">z</item><item n="2" sku="B">y</item></items></order>',
  );
  expect(rowTexts(rows)).toEqual([
    'same 1 <order> | 1 <order>',
    'same 2   <id>1</id> | 2   <id>1</id>',
    'same 3   <items> | 3   <items>',
    'added - | 4     <item sku="C" />',
    'changed 4     <item sku="A">[x]</item> | 5     <item sku="A">[z]</item>',
    'same 5     <item | 6     <item',
    'same 6       sku="B" | 7       sku="B"',
    'changed 7       n="[1]" | 8       n="[2]"',
    'same 8     > | 9     >',
    '… 4 unchanged',
  ]);
  expect(rows.flatMap((row) => (row.kind === 'line' ? (row.difference ?? []) : []))).toEqual([
    'body:/order/items/item[1] (added)',
    'body:/order/items/item[1]',
    'body:/order/items/item[2]/@n',
  ]);
});

test('a page is shown as the tree that it is', () => {
  const page = (text: string): string => `<!doctype html><title>t</title><p class=a>${text}<br>x<!-- c -->`;
  expect(rowTexts(view(page('a &amp; b'), page('a &amp; c'), 'text/html').rows)).toContain(
    'changed 8       a &amp; [b] | 8       a &amp; [c]',
  );
});

test('what is explained is shown as such', () => {
  const { rows } = view('<a><b id="17"/><c/></a>', '<a><b id="23"/><c/></a>', 'application/xml', { 17: '23' });
  expect(rowTexts(rows)).toContain('equivalent 3     id="[17]" | 3     id="[23]"');
});

test('every difference stands on a row', () => {
  const words = fc.constantFrom('x', 'y', 'z');
  const element = (content: fc.Arbitrary<string>) =>
    fc
      .record({ name: fc.constantFrom('a', 'b'), id: fc.option(words), n: fc.option(words), content })
      .map(({ name, id, n, content: inside }) => {
        const attributes = `${id === null ? '' : ` id="${id}"`}${n === null ? '' : ` n="${n}"`}`;
        return `<${name}${attributes}>${inside}</${name}>`;
      });
  const leaf = element(fc.oneof(words, fc.constant(''), fc.constant('<!-- c -->')));
  const inner = element(fc.array(fc.oneof(leaf, words), { maxLength: 3 }).map((nodes) => nodes.join('')));
  const document = fc.array(fc.oneof(leaf, inner), { maxLength: 4 }).map((nodes) => `<r>${nodes.join('')}</r>`);
  fc.assert(
    fc.property(document, document, (before, after) => {
      const { differences, rows } = view(before, after);
      const shown = rows.flatMap((row) => (row.kind === 'line' ? (row.difference ?? []) : []));
      expect([...new Set(shown)].toSorted()).toEqual(differences.map(({ path }) => `body:${path}`).toSorted());
    }),
    { numRuns: 200 },
  );
});
