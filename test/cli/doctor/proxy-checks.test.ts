import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Check } from '../../../src/cli/doctor/check.ts';
import { proxyChecks } from '../../../src/cli/doctor/proxy-checks.ts';
import { openListener } from '../../../src/proxy/listener.ts';

async function only(env: Record<string, string>): Promise<Check> {
  const checks = await proxyChecks(env);
  expect(checks).toHaveLength(1);
  return checks[0]!;
}

/** A port of this machine that nobody listens on: it was just given back. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a proxy variable', () => {
  test('that is not set is fine', async () => {
    const none = { name: 'proxy variables', state: 'ok', detail: 'none is set' };
    expect(await proxyChecks({})).toEqual([none]);
    expect(await proxyChecks({ HTTP_PROXY: '', https_proxy: '' })).toEqual([none]);
  });

  test('for another machine is not asked, and its password not shown', async () => {
    expect(await only({ https_proxy: 'http://user:pa%40ss@proxy.example:3128' })).toEqual({
      name: 'HTTPS_PROXY',
      state: 'ok',
      detail: 'http://…@proxy.example:3128 (not on this machine, so not asked)',
    });
    expect((await only({ ALL_PROXY: 'socks5h://proxy.example:1080' })).state).toBe('ok');
  });

  test('that means two things in its two spellings is a warning', async () => {
    expect(await only({ HTTPS_PROXY: 'http://a.example', https_proxy: 'http://b.example' })).toMatchObject({
      state: 'warn',
      detail: 'http://a.example, but https_proxy is http://b.example: which one counts depends on the program',
      hint: 'set both to the same, or unset one',
    });
    const same = await only({ HTTP_PROXY: 'http://a.example', http_proxy: 'http://a.example' });
    expect(same.state).toBe('ok');
  });

  test('in upper case only does not reach curl', async () => {
    expect(await only({ HTTP_PROXY: 'http://a.example' })).toMatchObject({
      state: 'warn',
      detail: expect.stringContaining('curl reads it in lower case only'),
      hint: 'set http_proxy to the same',
    });
  });

  test('that is no URL fails', async () => {
    expect(await only({ https_proxy: 'http://' })).toMatchObject({ state: 'fail', detail: 'http:// is no URL' });
  });

  test('where nothing listens fails', async () => {
    const port = await deadPort();
    expect(await only({ http_proxy: `127.0.0.1:${port}` })).toMatchObject({
      state: 'fail',
      detail: `127.0.0.1:${port}, where nothing listens: programs that obey it reach nothing`,
      hint: 'unset it, or start that proxy',
    });
  });

  test('where another program listens is fine, also when that says nothing intelligible', async () => {
    const server = createServer((socket) => socket.end('220 mail.example\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const checked = await only({ http_proxy: `http://127.0.0.1:${port}` });
    expect(checked).toEqual({ name: 'HTTP_PROXY', state: 'ok', detail: `http://127.0.0.1:${port}` });
  });

  test('that leads to a Retake is a warning, and that one sees no request', async () => {
    let requests = 0;
    const onRequest = (): void => void (requests += 1);
    const listener = await openListener({ name: 'retake', host: '127.0.0.1', port: 0, onRequest });
    onTestFinished(() => listener.stop(0));
    expect(await only({ https_proxy: listener.url })).toMatchObject({
      state: 'warn',
      detail: `${listener.url}, which is a Retake`,
      hint: 'unset it where you start another Retake, or that one sends its requests through this one',
    });
    expect(requests).toBe(0);
  });
});
