import { createHash } from 'node:crypto';
import type { RawHeaders } from '../model/headers.ts';

const digestNames = /^(?:content-md5|digest|content-digest|repr-digest|x-goog-hash)$/i;
const algorithms: Readonly<Record<string, string>> = {
  md5: 'md5',
  sha: 'sha1',
  'sha-256': 'sha256',
  'sha-512': 'sha512',
};

/**
 * Digests of a body (RFC 9530, RFC 3230, RFC 1864) made anew where they were those of the recorded one: a client that
 * checks them is to find them right. Ones of something else, and in algorithms that are not known, stay.
 */
export function digestHeaders(
  headers: RawHeaders,
  { before, bytes }: { readonly before: Buffer; readonly bytes: Buffer },
): RawHeaders {
  let edited: string[] | undefined;
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i]!;
    if (!digestNames.test(name)) continue;
    let value = headers[i + 1]!;
    const used = /^content-md5$/i.test(name) ? ['md5'] : Object.keys(algorithms);
    for (const algorithm of used) {
      const old = digestOf(algorithm, before);
      if (value.includes(old)) value = value.replaceAll(old, digestOf(algorithm, bytes));
    }
    if (value !== headers[i + 1]) (edited ??= [...headers])[i + 1] = value;
  }
  return edited ?? headers;
}

function digestOf(algorithm: string, bytes: Buffer): string {
  return createHash(algorithms[algorithm]!).update(bytes).digest('base64');
}
