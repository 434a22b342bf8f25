import { describe, expect, onTestFinished, test } from 'vitest';
import { serveUi } from '../../src/ui/serve-ui.ts';
import { sendRaw } from '../support/raw-client.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { uiOptions } from '../support/ui-app.ts';

async function serve(): Promise<(start: string, ...rest: readonly string[]) => Promise<string>> {
  const ui = await serveUi(uiOptions({ folder: tempFolder() }));
  onTestFinished(() => ui.close());
  const { port, host } = new URL(ui.url);
  const head = [`Host: ${host}`, `Authorization: Bearer ${ui.token}`, 'Connection: close'];
  return async (start, ...rest) => {
    const [headers, body] = rest.length > 1 ? [rest.slice(0, -1), rest.at(-1)!] : [rest, ''];
    const text = [`${start} HTTP/1.1`, ...head, ...headers, '', body].join('\r\n');
    return (await sendRaw(Number(port), text)).startLine;
  };
}

/** As curl sends it: nothing says how long the body is, since there is none. */
describe('a request without a body and without a length', () => {
  test.each(['POST /api/v1/reset', 'POST /api/v1/lanes/a/reset', 'DELETE /api/v1/faults/1', 'POST /api/v1/stop'])(
    '%s is understood',
    async (start) => {
      const send = await serve();
      // Nothing runs beside this UI.
      expect(await send(start)).toMatch(/ 4\d\d /);
    },
  );
});

describe('a body in chunks', () => {
  const type = 'Content-Type: application/json';
  const chunked = 'Transfer-Encoding: chunked';
  const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

  test('is read to its end', async () => {
    const send = await serve();
    const body = `${chunk('{"onMi')}${chunk('ss":"error"}')}0\r\n\r\n`;
    expect(await send('PUT /api/v1/mode', type, chunked, body)).toMatch(/ 4(?:04|09) /);
  });

  test('that is too large is refused, with and without a length', async () => {
    const send = await serve();
    const long = 'x'.repeat(65_537);
    expect(await send('PUT /api/v1/mode', type, chunked, `${chunk(long)}0\r\n\r\n`)).toContain(' 413 ');
    expect(await send('PUT /api/v1/mode', type, `Content-Length: ${long.length}`, long)).toContain(' 413 ');
  });
});
