import { multipartFields } from '../model/multipart.ts';
import type { Marks } from './mask-set.ts';

/**
 * Parts in order, each by its length, its headers and its content. The boundary, which clients make up anew each time,
 * does not count, nor do case and order of the names of headers in a part; all else does.
 */
export function canonicalMultipart(text: string, boundary: string, masks: Marks): string {
  const whole = `\r\n${withMarks(text, boundary, masks)}`;
  // Delimiters stand at the beginning of a line and fill it (RFC 2046 §5.1.1): a part may hold the same characters.
  const literal = boundary.replaceAll(/\W/g, String.raw`\$&`);
  const [preamble = '', ...parts] = whole.split(new RegExp(String.raw`\r\n--${literal}(?=--|[ \t]*\r\n)`));
  return [preamble, ...parts.map(canonicalPart)].map((part) => `${part.length}\n${part}`).join('');
}

function withMarks(text: string, boundary: string, masks: Marks): string {
  if (!masks.has('form')) return text;
  let masked = '';
  let at = 0;
  const counts = new Map<string, number>();
  for (const { name, start, end } of multipartFields(text, boundary)) {
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    const mark = masks.take(`form:${name}[${index}]`, text.slice(start, end));
    if (mark === undefined) continue;
    masked += text.slice(at, start) + mark;
    at = end;
  }
  return masked + text.slice(at);
}

function canonicalPart(part: string): string {
  // The last one is the end: `--`, and what nobody reads.
  if (part.startsWith('--')) return part;
  const headStart = part.indexOf('\r\n') + 2;
  const headEnd = part.indexOf('\r\n\r\n', headStart);
  // Without headers the empty line follows at once.
  if (headEnd === -1 || part.startsWith('\r\n', headStart)) return part;
  const lines = part.slice(headStart, headEnd).split('\r\n');
  // Folded lines belong to the one before (RFC 5322 §2.2.3): such heads stay as sent.
  if (lines.some((line) => !/^[^:\s]+:/.test(line))) return part;
  const headers = lines.map((line): [name: string, value: string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  headers.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return `${headers.map((pair) => pair.join(': ')).join('\r\n')}${part.slice(headEnd)}`;
}
