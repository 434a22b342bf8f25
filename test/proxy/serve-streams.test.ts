import { describe, expect, test } from 'vitest';
import { failure, response, served } from '../support/served.ts';

describe('streams', () => {
  const chunked = response({ framing: 'chunked', headers: ['Transfer-Encoding', 'chunked'] });
  /** As a model that writes one word at a time is streamed. */
  const events = Array.from({ length: 2000 }, (_, i) => `data: {"token":${i}}\n\n`);
  const marks = events.map((event, i) => ({ offsetMs: i, sizeBytes: event.length }));

  test('two thousand small events leave one by one at instant pace', async () => {
    const { client, ended } = await served({ outcome: chunked, body: events.join(''), marks });
    await client.read.until('\r\n\r\n');
    const chunks: string[] = [];
    for (;;) {
      const size = Number.parseInt(await client.read.until('\r\n'), 16);
      if (size === 0) break;
      const chunk = await client.read.until('\n\r\n');
      expect(chunk).toHaveLength(size + 2);
      chunks.push(chunk.slice(0, -2));
    }
    expect(chunks).toEqual(events);
    expect(await ended).toEqual({ kind: 'served' });
  });

  test.each(['client-aborted', 'interrupted'] as const)(
    'one that was %s is sent as far as it is known, and stays open',
    async (code) => {
      const { client, ended } = await served({
        outcome: failure(code, { framing: 'chunked', headers: ['Transfer-Encoding', 'chunked'] }),
        body: 'data: 1\n\n',
        marks: [{ offsetMs: 5, sizeBytes: 9 }],
      });
      expect(await client.read.until('1\n\n\r\n')).toMatch(/\r\n9\r\ndata: 1\n\n\r\n$/);
      expect(await ended).toEqual({ kind: 'open' });
      client.end();
      expect(client.read.exhausted).toBe(false);
    },
  );
});
