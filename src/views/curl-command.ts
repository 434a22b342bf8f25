import { visible } from '../base/log.ts';
import { headerValue, type RawHeaders, toPairs } from '../model/headers.ts';

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

const curlAdds: readonly string[] = ['Accept', 'User-Agent', 'Content-Type'];

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
  // What curl would add of its own; a name without a value takes it away.
  for (const name of hasBody ? curlAdds : curlAdds.slice(0, 2)) {
    if (headerValue(headers, name) === undefined) parts.push(`--header ${quote(`${name}:`)}`);
  }
  if (body === undefined) parts.push('--data-binary @body.bin');
  else if (hasBody) {
    const text = asText(body);
    if (text === undefined) {
      const base64 = Buffer.from(body).toString('base64');
      return `printf %s ${quote(base64)} | base64 --decode | ${[...parts, '--data-binary @-'].join(' \\\n  ')}`;
    }
    // --data-raw, not --data-binary: a body that begins with @ is no file name.
    parts.push(`--data-raw ${singleQuoted(text)}`);
  }
  return parts.join(' \\\n  ');
}

/**
 * Inside single quotes a POSIX shell changes nothing. Header text is one character per byte; what is not printable ASCII
 * goes through printf, so that neither a terminal nor its encoding changes it.
 */
function quote(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (/^[\x20-\x7e]*$/.test(text)) return singleQuoted(text);
  const format = text.replace(/[^\x20-\x7e]|['%\\]/g, (character) => {
    if (character === '%') return '%%';
    return `\\${(character.charCodeAt(0) & 0xff).toString(8).padStart(3, '0')}`;
  });
  return `"$(printf '${format}')"`;
}

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The body as text that a terminal and the clipboard leave alone; undefined for all else, NUL and escapes included. */
function asText(body: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    return visible(text) === text ? text : undefined;
  } catch {
    return undefined;
  }
}
