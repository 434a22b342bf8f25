import type { RawHeaders } from '../model/headers.ts';
import { toPairs } from '../model/headers.ts';

export interface CurlRequest {
  readonly method: string;
  /** Absolute URL, path and query as they were sent. */
  readonly url: string;
  readonly headers: RawHeaders;
  /** Bytes as sent; undefined when they are too many to stand in a command. */
  readonly body: Uint8Array | undefined;
}

/** curl sets these itself; a copied value would be wrong for another host or another body. */
const curlSets: ReadonlySet<string> = new Set(['host', 'content-length', 'connection', 'transfer-encoding', 'expect']);

/** A command for a POSIX shell that sends the recorded request again. */
export function curlCommand({ method, url, headers, body }: CurlRequest): string {
  const parts = [`curl --globoff --path-as-is ${quote(url)}`];
  const hasBody = body === undefined || body.length > 0;
  if (method === 'HEAD') parts.push('--head');
  else if (method !== (hasBody ? 'POST' : 'GET')) parts.push(`--request ${quote(method)}`);
  for (const [name, value] of toPairs(headers)) {
    if (curlSets.has(name.toLowerCase())) continue;
    // curl drops `Name:` without a value; with a semicolon it sends the header empty.
    parts.push(`--header ${quote(value === '' ? `${name};` : `${name}: ${value}`)}`);
  }
  if (body === undefined) parts.push('--data-binary @body.bin');
  else if (hasBody) {
    const text = asText(body);
    if (text === undefined) {
      const base64 = Buffer.from(body).toString('base64');
      return `printf %s ${quote(base64)} | base64 --decode | ${[...parts, '--data-binary @-'].join(' \\\n  ')}`;
    }
    // --data-raw, not --data-binary: a body that begins with @ is no file name.
    parts.push(`--data-raw ${quote(text)}`);
  }
  return parts.join(' \\\n  ');
}

/** Inside single quotes a POSIX shell changes nothing. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** `--data-raw` strips nothing but cannot carry NUL; other bytes that are not UTF-8 would not survive the clipboard. */
function asText(body: Uint8Array): string | undefined {
  if (body.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}
