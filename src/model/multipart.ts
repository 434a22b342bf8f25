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
