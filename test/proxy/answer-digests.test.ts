import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { digestHeaders } from '../../src/proxy/answer-digests.ts';

const before = Buffer.from('before');
const bytes = Buffer.from('after');
const digest = (algorithm: string, of: Buffer): string => createHash(algorithm).update(of).digest('base64');

test('digests of the recorded body become those of the served one', () => {
  const headers = (of: Buffer): string[] => [
    'Content-MD5',
    digest('md5', of),
    'Content-Digest',
    `sha-256=:${digest('sha256', of)}:, sha-512=:${digest('sha512', of)}:`,
    'Digest',
    `SHA=${digest('sha1', of)}`,
  ];
  expect(digestHeaders(headers(before), { before, bytes })).toEqual(headers(bytes));
});

test('digests of something else stay, and so does everything else', () => {
  const headers = ['Repr-Digest', 'sha-256=:AAAA:', 'ETag', `"${digest('md5', before)}"`];
  expect(digestHeaders(headers, { before, bytes })).toBe(headers);
});
