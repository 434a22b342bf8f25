import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { editBody } from '../../src/redact/body-secrets.ts';
import type { SecretSlot } from '../../src/redact/secret-names.ts';

const json = ['Content-Type', 'application/json'];
const x = { visit: (secret: SecretSlot): string => 'x'.repeat(secret.value.length) };

describe('secrets in bodies', () => {
  test('JSON, forms and multipart forms are edited', () => {
    expect(editBody(json, Buffer.from('{"token":"abc"}'), x).body?.toString()).toBe('{"token":"xxx"}');
    const form = ['Content-Type', 'application/x-www-form-urlencoded'];
    expect(editBody(form, Buffer.from('a=1&token=abc'), x).body?.toString()).toBe('a=1&token=xxx');
    const multipart = (value: string): Buffer =>
      Buffer.from(`--B\r\nContent-Disposition: form-data; name="token"\r\n\r\n${value}\r\n--B--`);
    const type = ['Content-Type', 'multipart/form-data; boundary=B'];
    expect(editBody(type, multipart('abc'), x).body).toEqual(multipart('xxx'));
  });

  const codings: readonly [string, (bytes: Buffer) => Buffer, (bytes: Buffer) => Buffer][] = [
    ['gzip', zlib.gzipSync, zlib.gunzipSync],
    ['deflate', zlib.deflateSync, zlib.inflateSync],
    ['br', zlib.brotliCompressSync, zlib.brotliDecompressSync],
    ['zstd', zlib.zstdCompressSync, zlib.zstdDecompressSync],
  ];

  test.each(codings)(
    '%s bodies are decoded, edited and encoded again, and Content-Length follows',
    (coding, code, decode) => {
      const content = `{"token":"${'0123456789abcdef'.repeat(20)}","n":1.0}`;
      const body = code(Buffer.from(content));
      const headers = [...json, 'content-encoding', coding, 'Content-LENGTH', String(body.length)];
      const edited = editBody(headers, body, x);
      expect(decode(edited.body!).toString()).toBe(`{"token":"${'x'.repeat(320)}","n":1.0}`);
      expect(edited.headers).toEqual([...headers.slice(0, -1), String(edited.body!.length)]);
    },
  );

  test('a compressed body without secrets is not encoded again', () => {
    const body = zlib.gzipSync(Buffer.from('{"token_count":3,"password":""}'), { level: 1 });
    const headers = [...json, 'Content-Encoding', 'gzip', 'Content-Length', String(body.length)];
    const edited = editBody(headers, body, x);
    expect(edited.body).toBe(body);
    expect(edited.headers).toBe(headers);
    expect(edited.unread).toBeUndefined();
  });

  test('without Content-Length none is added', () => {
    const body = zlib.gzipSync(Buffer.from('{"token":"abc"}'));
    expect(editBody([...json, 'Content-Encoding', 'gzip'], body, x).headers).not.toContain('content-length');
  });

  test('what cannot be looked into stays as it is and says so', () => {
    const damaged = Buffer.from('no gzip, though it holds a token');
    const undecodable = editBody(['Content-Encoding', 'gzip'], damaged, x);
    expect(undecodable.body).toBe(damaged);
    expect(undecodable.unread).toBe('the content encoding of the body (gzip) could not be undone');
    const broken = Buffer.from('{"token":"abc",}');
    expect(editBody(json, broken, x)).toMatchObject({
      body: broken,
      unread: 'the body is labelled JSON but is not one JSON document',
    });
  });

  test('a decompression bomb is not unfolded', () => {
    const bomb = zlib.gzipSync(Buffer.alloc(65 * 1024 * 1024));
    expect(editBody(['Content-Encoding', 'gzip'], bomb, x).unread).toBeDefined();
  });

  test('a byte order mark and other charsets keep their bytes', () => {
    expect(editBody(json, Buffer.from('\ufeff{"token":"abc","ä":"ö"}'), x).body?.toString()).toBe(
      '\ufeff{"token":"xxx","ä":"ö"}',
    );
    const latin1 = Buffer.from('{"token":"abc","n":"J\xfcrgen"}', 'latin1');
    expect(editBody(json, latin1, x).body?.toString('latin1')).toBe('{"token":"xxx","n":"J\xfcrgen"}');
  });

  test('what is known is replaced in any text, not in pictures', () => {
    const known = { ...x, replaceKnown: (text: string): string => text.replaceAll('abc', 'xyz') };
    const html = ['Content-Type', 'text/html', 'Content-Encoding', 'gzip'];
    const page = editBody(html, zlib.gzipSync(Buffer.from('<a href="/abc">ä</a>')), known).body!;
    expect(zlib.gunzipSync(page).toString()).toBe('<a href="/xyz">ä</a>');
    const picture = Buffer.from('abc');
    expect(editBody(['Content-Type', 'image/png'], picture, known).body).toBe(picture);
    expect(editBody(json, Buffer.from('{"id":"abc","token":1,}'), known)).toMatchObject({
      body: Buffer.from('{"id":"xyz","token":1,}'),
      unread: 'the body is labelled JSON but is not one JSON document',
    });
  });

  test('no body and plain text are left alone', () => {
    expect(editBody(json, undefined, x).body).toBeUndefined();
    const text = Buffer.from('my password is not a field');
    expect(editBody(['Content-Type', 'text/plain'], text, x).body).toBe(text);
  });
});
