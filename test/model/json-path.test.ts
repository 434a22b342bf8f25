import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compileJsonPath,
  formatJsonPath,
  type JsonPath,
  jsonPathMatches,
  jsonPathPlaces,
  selectedDepth,
} from '../../src/model/json-path.ts';
import { childPointer } from '../../src/model/json-pointer.ts';
import { parseJsonTree } from '../../src/model/json-tree.ts';
import { isJsonArray, type JsonObject, type JsonValue, parseJsonValue } from '../../src/model/json-value.ts';
import { TooCostly } from '../../src/model/metered-json.ts';

const text = `{"a": {"b": 1, "c/d": 2, "": 3}, "items": [{"id": 1, "tags": ["x"]}, {"id": 2}, 3],
  "big": 12345678901234567890, "ü": null}`;

function compiled(path: string): JsonPath {
  const result = compileJsonPath(path);
  if (!result.ok) throw new Error(result.problem);
  return result;
}

function valueOf(json: string): JsonValue {
  const parsed = parseJsonValue(json);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

const treeOf = (json: string) => ({ text: json, root: parseJsonTree(json)! });

describe('what a JSONPath selects', () => {
  test.each([
    ['$', ['']],
    ['$.a.b', ['/a/b']],
    ["$['a']['c/d']", ['/a/c~1d']],
    ['$.a[""]', ['/a/']],
    ['$.ü', ['/ü']],
    ['$.items[*].id', ['/items/0/id', '/items/1/id']],
    ['$.items.*', ['/items/0', '/items/1', '/items/2']],
    ['$.items[1]', ['/items/1']],
    ['$.items[9]', []],
    ['$.items.length', []],
    ['$.a.toString', []],
    ['$.a[0]', []],
    ['$.nothing.there', []],
    ['$.big', ['/big']],
    ['$.big.text', []],
    ['$.items[-1]', ['/items/2']],
    ['$.items[0:2].id', ['/items/0/id', '/items/1/id']],
    ['$..id', ['/items/0/id', '/items/1/id']],
    ["$['a', 'a'].b", ['/a/b']],
    ['$.items[?@.id > 1].id', ['/items/1/id']],
    ["$.items[?search(@.tags[0], '^x$')].id", ['/items/0/id']],
    ['$[?@ > 1e18]', ['/big']],
  ])('%s', (path, pointers) => {
    expect(jsonPathMatches(path, valueOf(text)).toSorted()).toEqual(pointers.toSorted());
    expect(jsonPathPlaces(compiled(path), treeOf(text)).toSorted()).toEqual(pointers.toSorted());
  });

  test('equal names share a pointer, and both are looked into', () => {
    const doubled = treeOf('{"a": {"b": 1}, "a": {"c": 2}}');
    expect(jsonPathPlaces(compiled('$.a'), doubled)).toEqual(['/a']);
    expect(jsonPathPlaces(compiled('$.a.*'), doubled)).toEqual(['/a/b', '/a/c']);
  });

  test('names of the prototype are names like others', () => {
    expect(jsonPathMatches('$.__proto__.a', valueOf('{"__proto__": {"a": 1}}'))).toEqual(['/__proto__/a']);
    expect(jsonPathMatches('$.constructor', valueOf('{}'))).toEqual([]);
    expect(jsonPathMatches('$..a', valueOf('{"__proto__": {"a": 1}}'))).toEqual(['/__proto__/a']);
  });

  test('documents as deep as any that is read, and a byte order mark', () => {
    const deep = `${'{"a":'.repeat(999)}{"id":1}${'}'.repeat(999)}`;
    expect(jsonPathPlaces(compiled('$..id'), treeOf(deep))).toEqual([`${'/a'.repeat(999)}/id`]);
    expect(jsonPathPlaces(compiled('$..id'), treeOf('\uFEFF{"id":1}'))).toEqual(['/id']);
  });

  test('the fast way and the library say the same', () => {
    const key = fc.constantFrom('a', 'b', 'c~d', 'e/f', "it's", 'ü', '0', '__proto__');
    const step = fc.oneof(
      key.map((name) => (name.includes("'") ? `["${name}"]` : `['${name}']`)),
      fc.constantFrom('.a', '.b', '.*', '[*]', '[0]', '[1]'),
    );
    const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.integer({ min: 0, max: 9 }),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 4 }), value, (steps, document) => {
        // A slice is no plain step, so that the second path goes to the library.
        const plain = compiled(`$${steps.join('')}`);
        const general = compiled(`$[0:1]${steps.join('')}`);
        expect(plain.steps).toBeDefined();
        expect(general.steps).toBeUndefined();
        const expected = general.pointers([document]).map((pointer) => pointer.slice(2));
        expect(plain.pointers(document).toSorted()).toEqual(expected.toSorted());
        const json = JSON.stringify(document);
        expect(jsonPathPlaces(plain, treeOf(json)).toSorted()).toEqual(expected.toSorted());
      }),
    );
  });
});

describe('what keys tell without a document', () => {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4, depthSize: 'small' }, fc.constant(1), tie('list'), tie('object')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    object: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('value'), { maxKeys: 3 }),
  }));
  const segment = fc.constantFrom('.a', '.b', '.*', '[0]', "['__proto__']", '..a', '..*', '..[1]', '..["b"]', '..[*]');

  test('is what the path selects', () => {
    fc.assert(
      fc.property(value as fc.Arbitrary<JsonValue>, fc.array(segment, { maxLength: 4 }), (document, steps) => {
        const { segments } = compiled(`$${steps.join('')}`);
        // A slice goes to the library.
        const expected = compiled(`$[0:1]${steps.join('')}`).pointers([document]);
        const found = placesIn(document).filter((keys) => selectedDepth(segments!, keys) === keys.length);
        expect(found.map((keys) => keys.reduce<string>(childPointer, '/0')).toSorted()).toEqual(expected.toSorted());
      }),
    );
  });

  test('a name is no index, and an index no name', () => {
    expect(compiled('$[1:2]').segments).toBeUndefined();
    expect(selectedDepth(compiled('$..[0]').segments!, ['0', 0, 'a'])).toBe(2);
    expect(selectedDepth(compiled("$['0']").segments!, [0])).toBeUndefined();
    expect(selectedDepth(compiled('$').segments!, ['a'])).toBe(0);
  });

  function placesIn(document: JsonValue): (string | number)[][] {
    if (typeof document !== 'object' || document === null) return [[]];
    const inner = isJsonArray(document) ? [...document.entries()] : Object.entries(document as JsonObject);
    return [[], ...inner.flatMap(([key, member]) => placesIn(member).map((keys) => [key, ...keys]))];
  }
});

test('steps are written as a path that reads as the same steps', () => {
  const steps = ['items', undefined, 0, "it's", 'say "x"', '0', ''];
  expect(formatJsonPath(steps)).toBe(`$.items[*][0]["it's"]['say "x"']["0"][""]`);
  expect(compiled(formatJsonPath(steps)).steps).toEqual(steps);
  const odd = 'it\'s "x"\\\n';
  expect(compiled(formatJsonPath([odd])).pointers({ [odd]: 1 })).toEqual([childPointer('', odd)]);
});

describe('a JSONPath on a document made to hold it up', () => {
  const list = (length: number): JsonValue => Array.from({ length }, (_, i) => i);
  const deep = (levels: number): JsonValue => (levels === 0 ? list(20) : [list(20), deep(levels - 1)]);
  const within = (levels: number, value: JsonValue): JsonValue => (levels === 0 ? value : [within(levels - 1, value)]);

  test('$..[?@..[?@..x]] is given up', () => {
    expect(() => compiled('$..[?@..[?@..x]]').pointers(deep(300))).toThrow(TooCostly);
  });

  // Far inside, where every look counts for many, so that it does not take a second.
  test.each([
    ['$[?count($[?@ > 1]) > 1]', list(400)],
    ['$[?$[?$[?@ > 1000]]]', list(40)],
  ])('%s is given up', (path, value) => {
    const levels = 200;
    const place = `$${'[0]'.repeat(levels)}`;
    expect(() => compiled(path.replaceAll('$', () => place)).pointers(within(levels, value))).toThrow(TooCostly);
    expect(compiled(`${place}[?count(@) == 1]`).pointers(within(levels, value))).toHaveLength((value as []).length);
  });

  test('long lists are selected whole', () => {
    expect(compiled('$[?@ >= 0]').pointers(list(150_000))).toHaveLength(150_000);
  });

  test.each(['search', 'match'])('a costly pattern in %s() is answered', (name) => {
    const value = [`${'a'.repeat(50_000)}!`];
    const startedAt = performance.now();
    expect(compiled(`$[?${name}(@, '(a+)+b')]`).pointers(value)).toEqual([]);
    expect(compiled(`$[?${name}(@, 'a+.')]`).pointers(value)).toEqual(['/0']);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  test('a dot is any character but the ends of lines', () => {
    expect(compiled("$[?match(@, 'a.b')]").pointers(['a\rb', 'a\nb', 'a\u2028b'])).toEqual(['/2']);
    expect(compiled("$[?match(@, 'a[.]b')]").pointers(['a.b', 'axb'])).toEqual(['/0']);
  });
});

describe('what is no JSONPath', () => {
  test.each([
    ['', 'a JSONPath begins with "$", not with ""'],
    ['a.b', 'a JSONPath begins with "$", not with "a"'],
    ['$.', 'it ends too early'],
    ['$.a b', /\('\.a b':|\('\$\.a b':4\)/],
    ['$[01]', /./],
    ['$.-a', /./],
    ['$[?length(@)]', /./],
  ])('%s', (path, problem) => {
    const result = compileJsonPath(path);
    if (result.ok) throw new Error(`${path} was read`);
    expect(result.problem).toMatch(problem);
    expect(() => jsonPathMatches(path, null)).toThrow(RangeError);
  });
});
