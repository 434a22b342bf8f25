import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventStreamReader } from '../../src/compare/event-stream.ts';
import { readItems } from '../../src/compare/stream-items.ts';

const valuesIn = (text: string): unknown[] => readItems(new EventStreamReader(), text)!.map(({ value }) => value);

test('fields of an event are as the standard has them', () => {
  const text =
    '\uFEFFevent: add\nid: 7\nretry: 10\ndata: one\ndata:\ndata:  two\n\ndata\n\nid\n\nretry: soon\n\n: nothing\n\n';
  expect(valuesIn(text)).toEqual([
    { event: 'add', id: '7', retry: '10', data: 'one\n\n two' },
    { data: '' },
    { id: '' },
    { other: ['retry: soon'] },
  ]);
});

test('data is JSON if it parses, but for a bare string', () => {
  expect(valuesIn('data: [1]\n\ndata: 1.50\n\ndata: "x"\n\ndata: [DONE]\n\ndata: {"a":\ndata: 1}\n\n')).toEqual([
    { data: [1] },
    { data: 1.5 },
    { data: '"x"' },
    { data: '[DONE]' },
    { data: { a: 1 } },
  ]);
});

test('a rest without an empty line is told, a rest of comments is none', () => {
  const cut = new EventStreamReader();
  expect(cut.push('data: 1\n\ndata: 2\n')).toHaveLength(1);
  expect(cut.end()).toMatchObject({ value: 'data: 2', problem: 'it is cut off in the middle of an event' });
  expect(new EventStreamReader().end()).toBeUndefined();
  expect(valuesIn('data: 1\r\r')).toEqual([{ data: 1 }]);
  expect(valuesIn('data: 1\n\n: bye')).toEqual([{ data: 1 }]);
});

test('where chunks end means nothing', () => {
  const line = fc.constantFrom('data: {"a":1}', 'data: x', 'event: e', ': ping', 'id: 1', '', '', 'what');
  const breaks = fc.constantFrom('\n', '\r\n', '\r');
  fc.assert(
    fc.property(fc.array(fc.tuple(line, breaks)), fc.array(fc.nat(40)), (parts, cuts) => {
      const text = parts.map((part) => part.join('')).join('');
      const reader = new EventStreamReader();
      const found: unknown[] = [];
      let at = 0;
      for (const size of cuts) {
        found.push(...reader.push(text.slice(at, at + size)).map(({ value }) => value));
        at += size;
      }
      found.push(...reader.push(text.slice(at)).map(({ value }) => value));
      const last = reader.end();
      if (last) found.push(last.value);
      expect(found).toEqual(valuesIn(text));
    }),
  );
});
