/** Bytes as text: the words `problem` holds tell why they are none. */
export type DecodedText = { readonly text: string; readonly problem?: undefined } | { readonly problem: string };

export interface TextLabels {
  /** Of the `Content-Type` header, when it has one. */
  readonly charset: string | undefined;
  /** Media type, lower case. */
  readonly contentType: string;
}

/** Browsers look for `<meta charset>` in this many bytes (WHATWG HTML §13.2.3.2), an XML declaration is far shorter. */
const prologueBytes = 1024;

/**
 * Text of a body: a byte order mark counts most, then the label, then what the document says of itself (XML declaration,
 * `<meta charset>`), then UTF-8; HTML that says nothing and is not UTF-8 is windows-1252, as browsers read it (WHATWG
 * Encoding, RFC 7303 §3). Strict: a replacement character would make different bytes look equal. The mark stays in UTF-8,
 * where many readers stumble over it; in UTF-16 it is no part of the text.
 */
export function decodeText(bytes: Buffer, { charset, contentType }: TextLabels): DecodedText {
  const marked = markedEncoding(bytes);
  const isHtml = contentType === 'text/html';
  const said = marked ?? charset ?? encodingInside(bytes, contentType);
  const encoding = said ?? 'utf-8';
  const decoded = decodeAs(bytes, encoding);
  return decoded.problem !== undefined && said === undefined && isHtml ? decodeAs(bytes, 'windows-1252') : decoded;
}

function decodeAs(bytes: Buffer, encoding: string): DecodedText {
  try {
    const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    const text = decoder.decode(bytes);
    return { text: decoder.encoding.startsWith('utf-16') && text.startsWith('\uFEFF') ? text.slice(1) : text };
  } catch (thrown) {
    if (thrown instanceof RangeError) return { problem: `charset ${encoding} is not known` };
    return { problem: `the body is not valid ${encoding}` };
  }
}

function markedEncoding(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

function encodingInside(bytes: Buffer, contentType: string): string | undefined {
  const isXml = /\bxml$/.test(contentType);
  if (!isXml && contentType !== 'text/html') return undefined;
  const prologue = bytes.toString('latin1', 0, prologueBytes);
  const found = isXml
    ? /^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)/.exec(prologue)
    : /<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+)/i.exec(prologue);
  // What could be read as ASCII so far is not UTF-16, whatever it says.
  const said = found?.[1];
  return said !== undefined && /^utf-?16/i.test(said) ? 'utf-8' : said;
}
