import { createHash } from 'node:crypto';
import { crc32, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { invariantWords } from '../../../src/compare/invariants/claim-words.ts';
import { learnInvariants } from '../../../src/compare/invariants/learn-invariants.ts';

const texts = ['{"a":1}', '{"a":22}', '{"a":333}'];

function learned(
  headersOf: (body: Buffer, content: Buffer) => readonly string[],
  encode = (content: Buffer) => content,
): string[] {
  const samples = texts.map((text) => {
    const content = Buffer.from(text);
    const body = encode(content);
    return { value: undefined, body, headers: headersOf(body, content), context: new Map() };
  });
  return learnInvariants(samples)
    .filter(({ claim }) => claim.kind === 'digest')
    .map(invariantWords);
}

test('entity tags and digests in their usual forms', () => {
  const hash = (algorithm: string, encoding: 'hex' | 'base64') => (body: Buffer) =>
    createHash(algorithm).update(body).digest(encoding);
  const express = (body: Buffer) => `W/"${body.length.toString(16)}-${hash('sha1', 'base64')(body).slice(0, 27)}"`;
  expect(learned((body) => ['ETag', `"${hash('md5', 'hex')(body)}"`])).toEqual([
    'header etag = the md5 of the body in hex',
  ]);
  expect(learned((body) => ['ETag', express(body)])).toEqual(['header etag = the sha1 of the body in base64']);
  expect(learned((body) => ['Content-MD5', hash('md5', 'base64')(body)])).toEqual([
    'header content-md5 = the md5 of the body in base64',
  ]);
  expect(learned((body) => ['Repr-Digest', `sha-256=:${hash('sha256', 'base64')(body)}:`])).toEqual([
    'header repr-digest = the sha256 of the body in base64',
  ]);
  expect(learned((body) => ['ETag', `"${crc32(body).toString(16).padStart(8, '0')}"`])).toEqual([
    'header etag = the crc32 of the body in hex',
  ]);
});

test('of the bytes as sent, or without their coding', () => {
  const gzip = (body: Buffer) => gzipSync(body);
  const tag = (bytes: Buffer) => [
    'Content-Encoding',
    'gzip',
    'ETag',
    `"${createHash('md5').update(bytes).digest('hex')}"`,
  ];
  expect(learned((body) => tag(body), gzip)).toEqual(['header etag = the md5 of the body in hex']);
  expect(learned((_, content) => tag(content), gzip)).toEqual(['header etag = the md5 of the content in hex']);
});

test('a tag that is no hash is none', () => {
  expect(learned((body) => ['ETag', `"${createHash('md5').update(`salt${body.toString()}`).digest('hex')}"`])).toEqual(
    [],
  );
});
