import { brotliCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ResponseOutcome } from '../../src/model/exchange.ts';
import { bodyView } from '../../src/ui/body-content.ts';
import type { BodyViewProps } from '../../src/views/body-view.tsx';
import { cassetteOf, openReader, responseOutcome } from '../support/cassette.ts';

function viewOf(headers: readonly string[], bytes: string | Buffer, amount: 'head' | 'whole' = 'head'): BodyViewProps {
  const reader = openReader(cassetteOf([{ outcome: responseOutcome({ headers }), responseBytes: bytes }]));
  const { outcome } = reader.exchange(reader.session().id, 0)!;
  return bodyView({
    reader,
    label: 'response body',
    headers,
    facts: (outcome as ResponseOutcome).body,
    redacted: [],
    amount,
    wholeUrl: '/whole',
    downloadUrl: '/download',
    pictureUrl: '/picture',
  });
}

const type = (value: string, coding?: string): string[] => [
  'Content-Type',
  value,
  ...(coding === undefined ? [] : ['Content-Encoding', coding]),
];

describe('what is shown of a body', () => {
  test('nothing of an empty one', () => {
    expect(viewOf(type('text/plain'), '')).toMatchObject({ content: { kind: 'empty' }, storedBytes: 0 });
  });

  test('JSON, laid out, also when it is compressed', () => {
    const view = viewOf(type('application/json', 'br'), brotliCompressSync('{"a":[1,2]}'));
    expect(view).toMatchObject({ content: { kind: 'json' }, codings: ['br'], decodedBytes: 11, warnings: [] });
  });

  test('text where JSON was promised and is none, with a warning', () => {
    const view = viewOf(type('application/json'), '{"a":');
    expect(view.content).toEqual({ kind: 'text', text: '{"a":' });
    expect(view.warnings[0]).toMatch(/^Not valid JSON/);
  });

  test('bytes where a coding is broken, with a warning', () => {
    const view = viewOf(type('text/plain', 'gzip'), 'no gzip');
    expect(view.content.kind).toBe('bytes');
    expect(view.warnings[0]).toMatch(/gzip/);
  });

  test('the first 64 kB of a long text, and the way to the rest', () => {
    const text = 'line\n'.repeat(50_000);
    const head = viewOf(type('text/plain'), text);
    expect(head).toMatchObject({ shownBytes: 65_536, wholeUrl: '/whole', downloadUrl: '/download' });
    expect((head.content as { text: string }).text).toHaveLength(65_536);
    const whole = viewOf(type('text/plain'), text, 'whole');
    expect((whole.content as { text: string }).text).toHaveLength(250_000);
    expect(whole.shownBytes).toBeUndefined();
  });

  test('only the beginning of a huge one, which is not even read whole', () => {
    const view = viewOf(type('application/json'), `["${'x'.repeat(5_000_000)}"]`);
    expect(view).toMatchObject({ content: { kind: 'text' }, shownBytes: 65_536 });
    expect(view.wholeUrl).toBeUndefined();
    expect(viewOf(type('application/json', 'gzip'), Buffer.alloc(5_000_000, 1))).toMatchObject({
      content: { kind: 'bytes' },
      shownBytes: 4_096,
    });
  });

  test('the first 4 kB of binary as bytes', () => {
    const view = viewOf(type('application/octet-stream'), Buffer.alloc(10_000, 7));
    expect((view.content as { bytes: Uint8Array }).bytes).toHaveLength(4_096);
    expect(view.wholeUrl).toBe('/whole');
  });

  test('a form as its fields', () => {
    expect(viewOf(type('application/x-www-form-urlencoded'), 'a=1&b=x%20y&a=2').content).toEqual({
      kind: 'form',
      fields: [
        ['a', '1'],
        ['b', 'x y'],
        ['a', '2'],
      ],
    });
  });

  test('text in the charset it names', () => {
    expect(viewOf(type('text/plain; charset=iso-8859-1'), Buffer.from([0x63, 0x61, 0x66, 0xe9])).content).toEqual({
      kind: 'text',
      text: 'café',
    });
  });

  test('never a picture for what only claims to be one', () => {
    expect(viewOf(type('image/png'), '<svg onload=alert(1)>').content.kind).not.toBe('image');
  });
});
