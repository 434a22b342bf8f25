import path from 'node:path';
import { expect, test } from 'vitest';
import type { StreamEvent } from '../../src/model/stream-event.ts';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { newExchange, newSession, responseOutcome } from '../support/cassette-parts.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { testUiOver } from '../support/ui-app.ts';

type Said = readonly [direction: StreamEvent['direction'], opcode: number | undefined, payload: string | Buffer];

/** The page of one exchange in which this was said. */
async function pageOf(said: readonly Said[], query = ''): Promise<string> {
  const folder = tempFolder();
  const writer = CassetteWriter.open(path.join(folder, 'cassettes', 'talk.cassette'), { create: 'if-missing' });
  writer.transaction(() => {
    const session = writer.beginSession(newSession({ name: 'one' }));
    const outcome = responseOutcome({ status: 101, reason: 'Switching Protocols', framing: 'none' });
    const id = writer.insertExchange(newExchange(session, { target: '/chat', outcome }));
    const events = said.map(([direction, opcode, payload], i): StreamEvent => {
      const { sha256, sizeBytes } = writer.putBody(Buffer.from(payload as string));
      return { direction, offsetMs: 10 * i, sizeBytes, sha256, ...(opcode === undefined ? {} : { opcode }) };
    });
    writer.addStreamEvents(id, events);
    writer.finishSession(session, { endedAt: 1 });
  });
  writer.close();
  return testUiOver(folder).html(`/x/talk:one/0${query}`);
}

const textOf = (page: string): string => page.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

test('the messages of a WebSocket stand in order, with direction, kind, time and text', async () => {
  const close = Buffer.concat([Buffer.from([0x03, 0xe8]), Buffer.from('bye')]);
  const page = await pageOf([
    ['request', 1, 'hello'],
    ['response', 1, 'hi there'],
    ['response', 2, Buffer.from([0, 255, 1])],
    ['request', 8, close],
  ]);
  const text = textOf(page.slice(page.indexOf('id="messages"')));
  expect(text).toContain('Messages 4 events');
  expect(text).toMatch(
    /from the client \+0.0 ms text 5 B hello .*from the server \+10 ms text 8 B hi there .*from the server \+20 ms binary 3 B 00 ff 01 .*from the client \+30 ms close 1000 5 B bye/,
  );
});

test('what was said is text only, also what a page would run', async () => {
  const page = await pageOf([['response', 1, '<script>alert(1)</script>\u202e\nsecond line\u202e']]);
  expect(page).not.toContain('<script>alert');
  expect(page.slice(page.indexOf('id="messages"'))).not.toMatch(/\u202e/);
});

test('a long conversation is shown page by page', async () => {
  const said = Array.from({ length: 250 }, (_, i): Said => ['response', 1, `message ${i}`]);
  const first = await pageOf(said);
  expect(first).toContain('message 99<');
  expect(first).not.toContain('message 100<');
  expect(first).toContain('?messages=100#messages');
  const last = await pageOf(said, '?messages=200');
  expect(textOf(last)).toContain('201 to 250 of 250');
  expect(last).toContain('message 249<');
});
