import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparePair, inWords } from '../support/compare-pair.ts';

const xmlType = ['Content-Type', 'application/xml'];
const htmlType = ['Content-Type', 'text/html; charset=utf-8'];

function xml(before: string, after: string, renames: Record<string, string> = {}): string[] {
  return inWords(comparePair({ headers: xmlType, body: before }, { headers: xmlType, body: after }, renames));
}

function html(before: string, after: string, renames: Record<string, string> = {}): string[] {
  return inWords(comparePair({ headers: htmlType, body: before }, { headers: htmlType, body: after }, renames));
}

const order = (items: string): string => `<order id="7"><items>${items}</items><total>5</total></order>`;
const item = (sku: string, price: number): string => `<item sku="${sku}"><price>${price}</price></item>`;

describe('XML says the same', () => {
  test.each<readonly [what: string, before: string, after: string]>([
    ['with attributes in another order', '<a x="1" y="2"/>', "<a y='2' x='1'></a>"],
    ['with other prefixes', '<p:a xmlns:p="urn:a" p:x="1"/>', '<q:a xmlns:q="urn:a" q:x="1"/>'],
    ['with a default namespace for a prefix', '<a xmlns="urn:a"><b/></a>', '<n:a xmlns:n="urn:a"><n:b/></n:a>'],
    ['laid out in another way', '<a><b>1</b><c/></a>', '<a>\n  <b>1</b>\n\t<c/>\n</a>\n'],
    ['with CDATA for text', '<a>1 &lt; 2</a>', '<a><![CDATA[1 < 2]]></a>'],
    ['with a declaration', '<a/>', '<?xml version="1.0" encoding="UTF-8"?>\n<a/>'],
    ['with a document type', '<a/>', '<!DOCTYPE a PUBLIC "-//X//Y" "http://example.com/a.dtd"><a/>'],
    [
      'with names in values under other prefixes',
      '<a xmlns:s="urn:s" xmlns:x="urn:x" x:type="s:string">s:Client</a>',
      '<a xmlns:t="urn:s" xmlns:y="urn:x" y:type="t:string">t:Client</a>',
    ],
  ])('%s', (_, before, after) => {
    expect(xml(before, after)).toEqual([]);
  });
});

describe('XML differs', () => {
  test.each<readonly [what: string, before: string, after: string, differences: readonly string[]]>([
    ['in a text', '<a><b>1</b></a>', '<a><b>2</b></a>', ['changed changed /a/b 1 → 2']],
    ['in a text that is gone', '<a><b>1</b></a>', '<a><b/></a>', ['changed changed /a/b 1 →']],
    ['in an attribute', '<a><b c="1"/></a>', '<a><b c="2"/></a>', ['changed changed /a/b/@c 1 → 2']],
    ['by an attribute that is gone', '<a b="1"/>', '<a/>', ['broken removed /a/@b 1']],
    ['by a new attribute', '<a>1</a>', '<a b="1">1</a>', ['added added /a/@b → 1']],
    ['by an element that is gone', '<a><b>1</b><c/></a>', '<a><c/></a>', ['broken removed /a/b <b>1</b>']],
    ['by a new element', '<a><c/></a>', '<a><b x="1"/><c/></a>', ['added added /a/b → <b x="1" />']],
    [
      'in a namespace',
      '<a xmlns="urn:a/v1"/>',
      '<a xmlns="urn:a/v2"/>',
      ['added added /v2:a → <v2:a />', 'broken removed /a <a />'],
    ],
    ['in white space inside a text', '<a>x y</a>', '<a> x  y</a>', ['added changed /a "x y" → " x  y"']],
    ['in a comment', '<a><!-- 1 --></a>', '<a><!-- 2 --></a>', ['added changed /a/comment() <!-- 1 --> → <!-- 2 -->']],
    [
      'in an instruction',
      '<a/>',
      '<?xml-stylesheet href="a"?><a/>',
      ['added added /comment() → <?xml-stylesheet href="a"?>'],
    ],
    ['in text between elements', '<a>x<b/>y</a>', '<a>x<b/>z</a>', ['changed changed /a/text()[2] y → z']],
    [
      'in the order of elements',
      '<a><b/><c/><d/></a>',
      '<a><c/><d/><b/></a>',
      ['added moved /a/b → stands elsewhere among its siblings'],
    ],
  ])('%s', (_, before, after, differences) => {
    expect(xml(before, after)).toEqual(differences);
  });

  test('once where an item was inserted: the others belong together by an identifying attribute, or by content', () => {
    const [a, b, c] = [item('A', 1), item('B', 2), item('C', 3)];
    const inserted = ['added added /order/items/item[1] → <item sku="C"><price>3</price></item>'];
    expect(xml(order(a + b), order(c + a + b))).toEqual(inserted);
    const plain = (price: number): string => `<item><price>${price}</price></item>`;
    expect(xml(order(plain(1) + plain(2)), order(plain(3) + plain(1) + plain(2)))).toEqual([
      'added added /order/items/item[1] → <item><price>3</price></item>',
    ]);
    expect(xml(order(a + b + c), order(a + item('C', 4)))).toEqual([
      'broken removed /order/items/item[2] <item sku="B"><price>2</price></item>',
      'changed changed /order/items/item[3]/price 3 → 4',
    ]);
  });

  test('at places that group by their pattern', () => {
    const before = order(item('A', 1) + item('B', 2));
    const after = order(item('A', 3) + item('B', 2));
    const [difference] = comparePair({ headers: xmlType, body: before }, { headers: xmlType, body: after });
    expect(difference).toMatchObject({ path: '/order/items/item[1]/price', pattern: '/order/items/item[*]/price' });
  });

  test('when it is not well-formed any more: broken, and the text says where', () => {
    expect(xml('<a>\n<b/></a>', '<a>\n<b></a>')).toEqual([
      'broken type  XML → text, not well-formed XML: line 2, offset 10',
      'changed changed line 2 <b/></a> → <b></a>',
    ]);
  });

  test('in values of this run and times: explained', () => {
    const at = (id: string, time: string): string =>
      `<order><id>${id}</id><at>${time}</at><link href="/orders/${id}"/></order>`;
    expect(xml(at('17', '2026-03-01T12:00:00Z'), at('23', '2026-03-02T12:00:00Z'), { 17: '23' })).toEqual([
      'equivalent changed /order/id 17 → 23 renaming',
      'equivalent changed /order/at 2026-03-01T12:00:00Z → 2026-03-02T12:00:00Z clock',
      'equivalent changed /order/link/@href /orders/17 → /orders/23 renaming',
    ]);
  });
});

describe('HTML says the same', () => {
  test.each<readonly [what: string, before: string, after: string]>([
    ['laid out in another way', '<ul><li>a</li><li>b</li></ul>', '<UL>\n  <li>a\n  <li>b\n</UL>'],
    [
      'with other quotes and references',
      '<a href="/?a=1&amp;b" title=x>é</a>',
      "<a title='x' href='/?a=1&b'>&eacute;</a>",
    ],
    ['with classes in another order', '<p class="a b">x</p>', '<p class=" b  a">x</p>'],
    ['with other white space in text', '<p>a b</p>', '<p>\n  a\n  b\n</p>'],
  ])('%s', (_, before, after) => {
    expect(html(before, after)).toEqual([]);
  });
});

describe('HTML differs', () => {
  test.each<readonly [what: string, before: string, after: string, differences: readonly string[]]>([
    ['in a text', '<!doctype html><p>a</p>', '<!doctype html><p>b</p>', ['changed changed /html/body/p a → b']],
    [
      'in an attribute',
      '<p><a href="/a">x</a></p>',
      '<p><a href="/b">x</a></p>',
      ['changed changed /p/a/@href /a → /b'],
    ],
    [
      'in rows of a table without their table',
      '<tr class=a><td>1</td></tr>',
      '<tr class=b><td>1</td></tr>',
      ['changed changed /tr/@class a → b'],
    ],
    ['in white space that counts', '<pre>a\n b</pre>', '<pre>a\nb</pre>', ['added changed /pre "a\\n b" → "a\\nb"']],
    ['in a script', '<script>a()</script>', '<script>b()</script>', ['changed changed /script a() → b()']],
    ['in space between words', '<b>a</b> <i>b</i>', '<b>a</b><i>b</i>', ['added removed /text() white space']],
    ['in its document type', '<!doctype html><p>', '<html><p>', ['broken removed /@doctype html']],
    [
      'in the order of texts and elements',
      '<p>a<b>c</b></p>',
      '<p><b>c</b>a</p>',
      ['added moved /p/text() → stands elsewhere among its siblings'],
    ],
    [
      'in a template',
      '<template><p>a</p></template>',
      '<template><p>b</p></template>',
      ['changed changed /template/p a → b'],
    ],
  ])('%s', (_, before, after, differences) => {
    expect(html(before, after)).toEqual(differences);
  });

  test('in the hidden field of a form: a token that was renamed is explained, the name of the field says what it is', () => {
    const form = (token: string, quantity: string): string =>
      `<form><input type=hidden name=csrf_token value="${token}"><input name=quantity value="${quantity}"></form>`;
    expect(html(form('17', '1'), form('23', '1'), { 17: '23' })).toEqual([
      'equivalent changed /form/input[1]/@value 17 → 23 renaming',
    ]);
    expect(html(form('t', '17'), form('t', '23'), { 17: '23' })).toEqual([
      'changed changed /form/input[2]/@value 17 → 23',
    ]);
  });
});

describe('whatever the document', () => {
  const names = fc.constantFrom('a', 'b', 'c', 'item');
  const words = fc.stringMatching(/^[a-z0-9]{1,6}$/);
  interface Tree {
    readonly name: string;
    readonly attributes: Record<string, string>;
    readonly inside: string | readonly Tree[];
  }
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.record({
      name: names,
      attributes: fc.dictionary(fc.constantFrom('id', 'x', 'y'), words, { maxKeys: 3 }),
      inside: fc.oneof({ depthSize: 'small' }, words, fc.array(tie('tree'), { maxLength: 4 })),
    }),
  }));
  const plain = ({ name, attributes, inside }: Tree): string => {
    const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${value}"`);
    return `<${name}${written.join('')}>${typeof inside === 'string' ? inside : inside.map(plain).join('')}</${name}>`;
  };
  /** The same, written in another way. */
  const noisy = ({ name, attributes, inside }: Tree): string => {
    const written = Object.entries(attributes)
      .toReversed()
      .map(([key, value]) => `\n ${key} = '${value}'`);
    const body =
      typeof inside === 'string'
        ? `<![CDATA[${inside}]]>`
        : inside.length === 0
          ? ''
          : `\n${inside.map(noisy).join('\n\t')} `;
    return `<p:${name}${written.join('')} >${body}</p:${name}>`;
  };
  const root = (body: string): string => `<root xmlns="urn:r">${body}</root>`;
  const otherRoot = (body: string): string => `<p:root xmlns:p="urn:r">${body}</p:root>`;

  test('notation alone never makes a difference', () => {
    fc.assert(
      fc.property(tree, (document) => {
        expect(xml(root(plain(document)), otherRoot(noisy(document)))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('two documents differ if and only if they say something else, and every difference has a path of its own', () => {
    fc.assert(
      fc.property(tree, tree, (first, second) => {
        const differences = comparePair(
          { headers: xmlType, body: root(plain(first)) },
          { headers: xmlType, body: root(plain(second)) },
        );
        expect(differences.length === 0).toBe(canonical(first) === canonical(second));
        expect(new Set(differences.map(({ path }) => path)).size).toBe(differences.length);
      }),
      { numRuns: 150 },
    );
  });

  const canonical = ({ name, attributes, inside }: Tree): string =>
    JSON.stringify([
      name,
      Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)),
      typeof inside === 'string' ? inside : inside.map(canonical),
    ]).replaceAll('[]', '""');
});

describe('hostile documents', () => {
  const time = (work: () => void): number => {
    const start = performance.now();
    work();
    return performance.now() - start;
  };

  test('entities are not unfolded: such XML is compared as text', () => {
    const bomb = (last: string): string =>
      `<!DOCTYPE a [<!ENTITY a "${'x'.repeat(100)}"><!ENTITY b "&a;&a;&a;">]>\n<a>&b;${last}</a>`;
    expect(xml(bomb('1'), bomb('2'))).toEqual(['changed changed line 2 <a>&b;1</a> → <a>&b;2</a>']);
  });

  test('what is nested too deep is compared as text', () => {
    const deep = (last: string): string => `${'<a>'.repeat(5_000)}${last}${'</a>'.repeat(5_000)}`;
    expect(xml(deep('1'), deep('2'))).toHaveLength(1);
    expect(html(deep('1'), deep('2'))).toHaveLength(1);
  });

  test('what unfolds into millions of elements is compared as text', () => {
    const formatting = Array.from({ length: 400 }, (_, i) => `<b id=${i}>`).join('');
    const page = (last: string): string => `<p>${formatting}</p>${'<p>x'.repeat(5_000)}${last}`;
    expect(time(() => expect(html(page('1'), page('2'))).toHaveLength(1))).toBeLessThan(5000);
  });

  test('names of the language are names like any other', () => {
    expect(
      xml('<__proto__><constructor>1</constructor></__proto__>', '<__proto__><constructor>2</constructor></__proto__>'),
    ).toEqual(['changed changed /__proto__/constructor 1 → 2']);
  });
});
