import { describe, expect, test } from 'vitest';
import { accessFor } from '../../src/ui/access.ts';
import { testHost, testToken, testUi } from '../support/ui-app.ts';

const { ask } = testUi();

describe('the names the UI answers to', () => {
  test('are those of this machine, with its port', () => {
    const { hosts } = accessFor({ token: 't', host: '127.0.0.1', port: 4321, allowedHosts: [] });
    expect([...hosts].toSorted()).toEqual(['127.0.0.1:4321', '[::1]:4321', 'localhost:4321']);
  });

  test('include what a person allows, with or without a port', () => {
    const { hosts } = accessFor({ token: 't', host: '::1', port: 80, allowedHosts: ['Review.Test', 'b.test:8080'] });
    expect(hosts).toContain('review.test');
    expect(hosts).toContain('review.test:80');
    expect(hosts).toContain('b.test:8080');
    expect(hosts).not.toContain('b.test:8080:80');
    expect(hosts).toContain('localhost');
  });

  test('on a wildcard address are still literals of this machine, never any name', () => {
    const { hosts } = accessFor({ token: 't', host: '0.0.0.0', port: 4321, allowedHosts: [] });
    expect([...hosts].every((host) => /^(?:localhost|[\d.]+|\[[\da-f:]+\]):4321$/.test(host))).toBe(true);
  });

  test.each(['evil.test', 'evil.test:4321', '127.0.0.1', '127.0.0.1:80', '127.0.0.1.evil.test:4321'])(
    'any other Host (%s) is refused with 421 before anything else, token or not',
    async (host) => {
      for (const path of ['/', '/api/v1/status', '/client/styles.css', `/?token=${testToken}`]) {
        const answer = await ask(path, { headers: { host } });
        expect(answer.status).toBe(421);
        expect(answer.headers.has('set-cookie')).toBe(false);
      }
    },
  );
});

describe('the token', () => {
  test('in the URL becomes a cookie, and the address bar loses it', async () => {
    const answer = await ask(`/traffic?token=${testToken}&q=a`, { as: 'none' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/traffic?q=a');
    expect(answer.headers.get('set-cookie')).toBe(`retake_4321=${testToken}; Path=/; HttpOnly; SameSite=Strict`);
  });

  test('that is wrong gives 403 and no cookie', async () => {
    const answer = await ask('/?token=wrong', { as: 'none' });
    expect(answer.status).toBe(403);
    expect(answer.headers.has('set-cookie')).toBe(false);
  });

  test.each(['/', '/traffic', '/x/shop:checkout/1', '/body/response/shop:checkout/4', '/runs/1/review', '/nowhere'])(
    'is needed for %s: 403 with a page that says what to do',
    async (path) => {
      const answer = await ask(path, { as: 'none' });
      expect(answer.status).toBe(403);
      const text = await answer.text();
      expect(text).toContain('Open the URL that Retake printed');
      expect(text).not.toContain('orders');
    },
  );

  test('missing in the API gives 401 with a JSON error', async () => {
    const answer = await ask('/api/v1/sessions', { as: 'none' });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(await answer.json()).toMatchObject({ status: 401, code: 'TOKEN_NEEDED' });
  });

  test('is taken as a bearer header, and a wrong one is refused even beside a good cookie', async () => {
    expect((await ask('/api/v1/status', { as: 'bearer' })).status).toBe(200);
    expect((await ask('/api/v1/status', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    expect((await ask('/', { as: 'none', headers: { cookie: 'retake_4321=wrong' } })).status).toBe(403);
    expect((await ask('/', { as: 'none', headers: { cookie: `retake_1=${testToken}` } })).status).toBe(403);
  });
});

describe('writes', () => {
  const post = (headers: Record<string, string>) =>
    ask('/settings/theme', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });

  test('of another site are refused with 403', async () => {
    expect((await post({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await post({ 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await post({ 'sec-fetch-site': 'none' })).status).toBe(403);
    expect((await post({ origin: 'https://evil.test' })).status).toBe(403);
    expect((await post({ origin: 'null' })).status).toBe(403);
    expect((await post({})).status).toBe(403);
  });

  test('of our own pages are taken', async () => {
    expect((await post({ 'sec-fetch-site': 'same-origin' })).status).toBe(303);
    expect((await post({ origin: `http://${testHost}` })).status).toBe(303);
  });

  test('larger than any form of ours are refused with 413', async () => {
    const answer = await ask('/settings/theme', { form: { theme: 'dark', back: 'x'.repeat(100_000) } });
    expect(answer.status).toBe(413);
  });
});

describe('every answer', () => {
  test.each(['/', '/traffic', '/nowhere', '/client/app.js', '/api/v1/status'])(
    'of %s carries strict headers',
    async (path) => {
      const { headers } = await ask(path);
      const policy = headers.get('content-security-policy');
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).toContain("require-trusted-types-for 'script'; trusted-types retake-worker");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.has('access-control-allow-origin')).toBe(false);
      expect(headers.get('cache-control')).toBe(path.startsWith('/client') ? 'no-cache' : 'no-store');
    },
  );

  test('has no inline script and no inline style', async () => {
    const text = await (await ask('/x/shop:checkout/1')).text();
    expect(text).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(text).not.toMatch(/\sstyle=|<style|\son[a-z]+=/);
  });
});
