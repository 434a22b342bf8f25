import { expect, test } from 'vitest';
import { cassetteOf, openReader, openWriter, responseOutcome } from '../support/cassette.ts';

const maxBodyBytes = 1024 * 1024;

test('a recording comes with its body and says whether anything passed while it went on', () => {
  const file = cassetteOf([
    { responseBytes: 'hello' },
    {},
    { responseBytes: 'streamed' },
    { outcome: { kind: 'failure', code: 'refused', message: 'nobody there' } },
  ]);
  const writer = openWriter(file);
  const streamed = [...writer.reader().exchanges(1)][2]!;
  writer.addStreamEvents(streamed.id, [{ direction: 'response', offsetMs: 1, sizeBytes: 8 }]);
  const reader = openReader(file);
  const read = [...reader.exchanges(reader.session().id)].map((exchange) => {
    const { body, hasEvents, ...stored } = reader.recording(exchange.id, maxBodyBytes)!;
    expect(stored).toEqual({ exchange });
    return [body?.toString(), hasEvents];
  });
  expect(read).toEqual([
    ['hello', false],
    ['', false],
    ['streamed', true],
    ['', false],
  ]);
});

test('a body in pieces is put together up to the limit, and left out beyond', () => {
  const bytes = Buffer.alloc(600 * 1024, 'piece ');
  const reader = openReader(cassetteOf([{ responseBytes: bytes }]));
  const { id } = [...reader.exchanges(reader.session().id)][0]!;
  expect(reader.recording(id, maxBodyBytes)?.body?.equals(bytes)).toBe(true);
  expect(reader.recording(id, bytes.length - 1)?.body).toBeUndefined();
});

test('what is not there is undefined', () => {
  const reader = openReader(cassetteOf([{ outcome: responseOutcome() }]));
  expect(reader.recording(12_345, maxBodyBytes)).toBeUndefined();
});
