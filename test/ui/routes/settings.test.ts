import { expect, test } from 'vitest';
import { testUi } from '../../support/ui-app.ts';

const ui = testUi();

test('the colours are kept in a cookie, and the first answer has them already', async () => {
  const answer = await ui.ask('/settings/theme', { form: { theme: 'dark', back: '/runs?x=1' } });
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toBe('/runs?x=1');
  expect(answer.headers.get('set-cookie')).toMatch(
    /^retake_theme=dark; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/,
  );
  const page = await ui.ask('/', { headers: { cookie: 'retake_4321=test-token-0123456789abcdef; retake_theme=dark' } });
  expect(await page.text()).toContain('<html lang="en" data-theme="dark">');
});

test('anything else is no colour scheme, and leads nowhere else', async () => {
  const answer = await ui.ask('/settings/theme', { form: { theme: '"><script>', back: 'https://evil.test/' } });
  expect(answer.headers.get('location')).toBe('/');
  expect(answer.headers.has('set-cookie')).toBe(false);
  const page = await ui.ask('/', { headers: { cookie: 'retake_4321=test-token-0123456789abcdef; retake_theme=evil' } });
  expect(await page.text()).toContain('data-theme="auto"');
});

test('the keys stand on a page of their own', async () => {
  expect(await ui.html('/help')).toContain('accept the check');
});
