import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serveUi } from '../../src/ui/serve-ui.ts';
import type { UiOptions } from '../../src/ui/ui-options.ts';
import { sendRaw } from '../support/raw-client.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { uiOptions } from '../support/ui-app.ts';

const options = (overrides: Partial<UiOptions> = {}): UiOptions => uiOptions({ folder: tempFolder(), ...overrides });

async function serve(overrides: Partial<UiOptions> = {}) {
  const ui = await serveUi(options(overrides));
  onTestFinished(() => ui.close());
  return ui;
}

describe('the listener of the UI', () => {
  test('has a token of 256 random bits, another one each time', async () => {
    const [a, b] = [await serve(), await serve()];
    expect(Buffer.from(a.token, 'base64url')).toHaveLength(32);
    expect(a.token).not.toBe(b.token);
    expect(a.openUrl).toBe(`${a.url}/?token=${a.token}`);
  });

  test('listens on this machine only and answers with the token', async () => {
    const ui = await serve();
    expect(ui.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${ui.url}/api/v1/status`)).status).toBe(401);
    const answer = await fetch(`${ui.url}/api/v1/status`, { headers: { authorization: `Bearer ${ui.token}` } });
    expect(await answer.json()).toMatchObject({ schema: 'retake.status/1', version: '0.1.0', live: null });
  });

  test('refuses requests whose authority is ambiguous', async () => {
    const ui = await serve();
    const { port, host } = new URL(ui.url);
    const status = async (...lines: string[]): Promise<string> =>
      (await sendRaw(Number(port), [...lines, 'Connection: close', '', ''].join('\r\n'))).startLine;
    expect(await status('GET / HTTP/1.1', `Host: ${host}`, `Host: ${host}`)).toContain(' 400 ');
    expect(await status('GET http://evil.test/ HTTP/1.1', `Host: ${host}`)).toContain(' 400 ');
    expect(await status('GET / HTTP/1.1', 'Host: evil.test')).toContain(' 421 ');
    expect(await status('GET / HTTP/1.0')).toMatch(/ 4\d\d /);
  });

  test('names the port that is taken', async () => {
    const ui = await serve();
    const port = Number(new URL(ui.url).port);
    await expect(serveUi(options({ port }))).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `port ${port} on 127.0.0.1 is already in use`,
    });
    await expect(serveUi(options({ host: '203.0.113.1' }))).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
  });

  test('closes although a page holds its event stream', async () => {
    const ui = await serveUi(options());
    const stream = await fetch(`${ui.url}/api/v1/events`, { headers: { authorization: `Bearer ${ui.token}` } });
    expect(stream.status).toBe(200);
    await ui.close();
    await expect(
      new Promise((resolve, reject) => {
        connect(Number(new URL(ui.url).port), '127.0.0.1')
          .on('connect', resolve)
          .on('error', reject);
      }),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await stream.body?.cancel().catch(() => {});
  });
});
