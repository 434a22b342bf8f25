import { expect, test } from 'vitest';
import { Inflater, parseDeflate } from '../../src/proxy/websocket-deflate.ts';

const agreed = (value: string): ReturnType<typeof parseDeflate> => parseDeflate(['Sec-WebSocket-Extensions', value]);

test('permessage-deflate is read from the answer, among other extensions and in any spelling', () => {
  const both = { client: { contextTakeover: true }, server: { contextTakeover: true } };
  expect(parseDeflate([])).toBeUndefined();
  expect(agreed('x-other')).toBeUndefined();
  expect(agreed('permessage-deflate')).toEqual(both);
  expect(agreed('x-other; a=b, Permessage-Deflate; client_max_window_bits=12')).toEqual(both);
  expect(agreed('permessage-deflate;server_no_context_takeover')).toEqual({
    ...both,
    server: { contextTakeover: false },
  });
  expect(agreed('permessage-deflate; client_no_context_takeover ; server_max_window_bits=10')).toEqual({
    ...both,
    client: { contextTakeover: false },
  });
  expect(
    parseDeflate(['Sec-WebSocket-Extensions', 'x-other', 'sec-websocket-extensions', 'permessage-deflate']),
  ).toEqual(both);
});

test('content that is not compressed cannot be read, nor what may refer to it', () => {
  const broken = Buffer.from([0x06, 1, 2, 3]);
  const hello = Buffer.from('f248cdc9c90700', 'hex');
  const inflater = new Inflater({ contextTakeover: true });
  expect(inflater.inflate(hello)?.toString()).toBe('Hello');
  expect(inflater.inflate(broken)).toBeUndefined();
  expect(inflater.inflate(hello)).toBeUndefined();
  const alone = new Inflater({ contextTakeover: false });
  expect(alone.inflate(broken)).toBeUndefined();
  expect(alone.inflate(hello)?.toString()).toBe('Hello');
});
