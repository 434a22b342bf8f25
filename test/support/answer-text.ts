import type { ClientResponse } from '../../src/proxy/client-side.ts';

/** Answers 200 with a text. */
export function answerText(response: ClientResponse, text: string): void {
  const body = Buffer.from(text);
  const headers = ['Content-Length', String(body.length)];
  response.start({ status: 200, reason: 'OK', headers, framing: 'length' });
  response.end(body, []);
}
