import type { RawHeaders } from './headers.ts';

/** One text field of a `multipart/form-data` body (RFC 7578): text[start, end) is its value. Files are not among them. */
export interface MultipartField {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The text fields of a multipart body (read as Latin-1: one character per byte), in order. */
export function multipartFields(text: string, boundary: string): MultipartField[] {
  const fields: MultipartField[] = [];
  const delimiter = `--${boundary}`;
  let at = text.indexOf(delimiter);
  while (at !== -1) {
    const headStart = at + delimiter.length;
    const next = text.indexOf(`\r\n${delimiter}`, headStart);
    if (next === -1) break;
    const headEnd = text.indexOf('\r\n\r\n', headStart);
    if (headEnd !== -1 && headEnd < next) {
      const name = fieldName(text.slice(headStart, headEnd));
      if (name !== undefined) fields.push({ name, start: headEnd + 4, end: next });
    }
    at = next + 2;
  }
  return fields;
}

function fieldName(head: string): string | undefined {
  const disposition = /^content-disposition:\s*form-data\b(.*)$/im.exec(head)?.[1];
  if (disposition === undefined || /;\s*filename\*?=/i.test(disposition)) return undefined;
  const found = /;\s*name=(?:"([^"]*)"|([^\s;]+))/i.exec(disposition);
  return found ? (found[1] ?? found[2]) : undefined;
}

/** One part of a multipart body, as sent. */
export interface MultipartPart {
  readonly headers: RawHeaders;
  readonly body: Buffer;
}

/** More parts than this are no message that anybody wrote. */
const maxParts = 10_000;

/** The parts of a multipart body (RFC 2046 §5.1), in order; undefined when it does not begin and end as one. */
export function multipartParts(bytes: Buffer, boundary: string): MultipartPart[] | undefined {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const parts: MultipartPart[] = [];
  let at = bytes.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2)) ? -2 : bytes.indexOf(delimiter);
  if (at === -1) return undefined;
  for (;;) {
    const start = at + delimiter.length;
    if (bytes.toString('latin1', start, start + 2) === '--') return parts;
    const next = bytes.indexOf(delimiter, start);
    const part = next === -1 || parts.length === maxParts ? undefined : partOf(bytes.subarray(start, next));
    if (!part) return undefined;
    parts.push(part);
    at = next;
  }
}

/** From behind the delimiter: white space, line end, header lines, an empty line, the body. */
function partOf(bytes: Buffer): MultipartPart | undefined {
  const lineEnd = bytes.indexOf('\r\n');
  if (lineEnd === -1 || bytes.toString('latin1', 0, lineEnd).trim() !== '') return undefined;
  const headEnd = bytes.indexOf('\r\n\r\n', lineEnd);
  if (headEnd === -1) return undefined;
  const lines = bytes.toString('utf8', lineEnd + 2, Math.max(lineEnd + 2, headEnd)).split(/\r\n(?![ \t])/);
  const headers = lines
    .filter((line) => line.includes(':'))
    .flatMap((line) => {
      const colon = line.indexOf(':');
      return [
        line.slice(0, colon).trim(),
        line
          .slice(colon + 1)
          .replaceAll(/\r\n[ \t]+/g, ' ')
          .trim(),
      ];
    });
  return { headers, body: bytes.subarray(headEnd + 4) };
}
