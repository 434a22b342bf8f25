import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { compileMatchRules } from '../../src/model/match-rule-set.ts';
import { indexSession } from '../../src/proxy/index-session.ts';
import { runKit, startOddServer } from '../support/conformance-kit.ts';
import { sendRaw } from '../support/raw-client.ts';
import { startRecording } from '../support/recording.ts';

/** A request of each kind of content that canonical forms know, with secrets where redaction looks for them. */
const requests: readonly string[] = [
  ['GET /a?token=s3cr3t-s3cr3t&b=2&a=1', 'Authorization: Bearer 0123456789abcdef', ''],
  [
    'POST /json',
    'Content-Type: application/json',
    '{"password":"hunter2hunter2","n":[1.0,"1"],"at":"2026-01-01T00:00:00Z"}',
  ],
  ['POST /json', 'Content-Type: application/json', '{"password":"hunter2hunter2",,}'],
  ['POST /form', 'Content-Type: application/x-www-form-urlencoded', 'b=2&password=hunter2hunter2&a=%C3%BC'],
  [
    'POST /xml',
    'Content-Type: text/xml',
    '<x:a xmlns:x="u" c="1" b="2"><password>hunter2hunter2</password> text</x:a>',
  ],
  [
    'POST /graphql',
    'Content-Type: application/json',
    '{"query":"query A($id: ID) { a(id: $id) { b } }","variables":{"id":"7"}}',
  ],
  ['POST /text', 'Content-Type: text/plain', 'password=hunter2hunter2 3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
  ['PUT /bytes', 'Content-Type: application/octet-stream', '\x00\x01\x02'],
  ['PUT /none', 'X-Nothing: 1', 'untyped'],
  ['PUT /coded', 'Content-Type: application/json\r\nContent-Encoding: gzip', 'not gzip'],
  [
    'POST /parts',
    'Content-Type: multipart/form-data; boundary=edge',
    '--edge\r\nContent-Disposition: form-data; name="password"\r\n\r\nhunter2hunter2\r\n--edge--\r\n',
  ],
].map(([line, headers, body]) => {
  const length = body === '' ? '' : `Content-Length: ${Buffer.byteLength(body!, 'latin1')}\r\n`;
  return `${line} HTTP/1.1\r\nHost: odd.test\r\n${headers}\r\nCookie: sid=abcdefghijkl\r\n${length}\r\n${body}`;
});

test.each([
  ['as it was', undefined],
  ['redacted', Buffer.alloc(32, 7)],
] as const)(
  'an index made from the cassette has the keys that the recorder stored: %s',
  { timeout: 240_000 },
  async (_, redactionKey) => {
    const upstream = await startOddServer();
    const recording = await startRecording(upstream.url, {
      recorder: {
        redactionKey,
        session: {
          startedAt: Date.now(),
          targets: [{ name: 'default', url: upstream.url }],
          toolVersion: '0.1.0',
          tags: {},
          redacted: redactionKey !== undefined,
        },
      },
    });
    await runKit([upstream.url, recording.proxy.listeners[0]!.url]);
    for (const request of requests) await sendRaw(recording.port, Buffer.from(request, 'latin1'));
    const { reader, exchanges } = await recording.stop();
    const indexed = indexSession(reader, reader.session(), compileMatchRules([]));
    const lines = (
      list: readonly { readonly position: number; readonly requestKey: string; readonly slots: readonly string[] }[],
    ) =>
      list.map(({ position, requestKey, slots }) => {
        const { method, target } = exchanges[position]!.request;
        return `${position} ${method} ${target} ${requestKey} ${slots.join(' ')}`;
      });
    expect(exchanges.length).toBeGreaterThan(60);
    expect(lines(indexed)).toEqual(lines(exchanges));
    expect(new Set(exchanges.slice(-requests.length).map(({ requestKey }) => requestKey)).size).toBe(requests.length);
  },
);
