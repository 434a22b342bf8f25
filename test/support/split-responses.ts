/**
 * Cuts what came on one connection (Latin-1) into the responses to requests of these methods: interim responses, head
 * and body, every byte as it was but for what concerns the connection only. Throws when bytes are missing or left.
 */
export function splitResponses(raw: string, methods: readonly string[]): string[] {
  let at = 0;
  const responses = methods.map((method) => {
    let heads = '';
    for (;;) {
      const end = raw.indexOf('\r\n\r\n', at);
      if (end < 0) throw new Error(`no head in ${JSON.stringify(raw.slice(at, at + 80))}`);
      const head = raw.slice(at, end + 4);
      at = end + 4;
      heads += head.replace(/\r\n(?:connection|keep-alive): [^\r]*/gi, '');
      const status = Number(head.split(' ', 2)[1]);
      if (status < 200) continue;
      const bodyEnd = method === 'HEAD' || status === 204 || status === 304 ? at : endOfBody(raw, at, head);
      const body = raw.slice(at, bodyEnd);
      at = bodyEnd;
      return heads + body;
    }
  });
  if (at !== raw.length) throw new Error(`too much: ${JSON.stringify(raw.slice(at, at + 80))}`);
  return responses;
}

function endOfBody(raw: string, from: number, head: string): number {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return from + Number(length);
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return raw.length;
  for (let at = from; ;) {
    const lineEnd = raw.indexOf('\r\n', at);
    const size = Number.parseInt(raw.slice(at, lineEnd), 16);
    if (Number.isNaN(size)) throw new Error(`no chunk in ${JSON.stringify(raw.slice(at, at + 80))}`);
    if (size > 0) at = lineEnd + 2 + size + 2;
    // The last one: trailers up to an empty line.
    else return raw.startsWith('\r\n', lineEnd + 2) ? lineEnd + 4 : raw.indexOf('\r\n\r\n', lineEnd) + 4;
  }
}
