import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/base/errors.ts';
import type { RunTestsRequest } from '../../../src/ui/ui-options.ts';
import { testUi } from '../../support/ui-app.ts';

const asked: RunTestsRequest[] = [];
let problem: AppError | undefined;
const ui = testUi({
  actions: {
    hasSecret: (variable) => variable === 'RETAKE_SECRET_PASSWORD',
    runTests: async (request) => {
      asked.push(request);
      await Promise.resolve();
      if (problem) throw problem;
      request.onStart(1, 16);
    },
  },
});
const form = '/cassettes/shop/checkout/run';

describe('the form that starts a run', () => {
  test('asks for the server and for the secrets the recording does not hold', async () => {
    const page = await ui.html(form);
    expect(page).toContain('value="http://127.0.0.1:3000"');
    expect(page).toMatch(/name="RETAKE_SECRET_PASSWORD"(?! required)[^>]*placeholder="taken from the environment"/);
    expect(page).toMatch(/name="RETAKE_SECRET_AUTHORIZATION" required/);
    expect(page).toContain('json:/password of POST /login');
    expect(page).toContain('retake test cassettes/shop.cassette --session checkout');
    expect(await ui.html(`${form}?target=http%3A%2F%2F127.0.0.1%3A9`)).toContain('value="http://127.0.0.1:9"');
  });

  test('starts the run and leads to it', async () => {
    const answer = await ui.ask(form, {
      form: { target: ' http://127.0.0.1:3001 ', RETAKE_SECRET_AUTHORIZATION: 'Bearer x', RETAKE_SECRET_PASSWORD: '' },
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/runs/1');
    expect(asked.at(-1)).toMatchObject({
      cassettePath: ui.cassettePath,
      session: 'checkout',
      targets: ['http://127.0.0.1:3001'],
      writes: 'refused',
    });
    expect([...asked.at(-1)!.secrets]).toEqual([['RETAKE_SECRET_AUTHORIZATION', 'Bearer x']]);
  });

  test('takes one server for each of several targets, and consent', async () => {
    await ui.ask(form, { form: { 'target:api': 'http://a/', 'target:auth': 'http://b/', writes: 'allowed' } });
    expect(asked.at(-1)).toMatchObject({ targets: ['api=http://a/', 'auth=http://b/'], writes: 'allowed' });
  });

  test('says what is wrong above what was typed, and shows no secret', async () => {
    problem = new AppError('TARGET_UNREACHABLE', { target: 'http://127.0.0.1:1', problem: 'refused' });
    const answer = await ui.ask(form, {
      form: { target: 'http://127.0.0.1:1', RETAKE_SECRET_AUTHORIZATION: 'Bearer hidden', writes: 'allowed' },
    });
    problem = undefined;
    expect(answer.status).toBe(409);
    const page = await answer.text();
    expect(page).toContain('target http://127.0.0.1:1 cannot be reached: refused');
    expect(page).toContain('value="http://127.0.0.1:1"');
    expect(page).toMatch(/name="writes" value="allowed" checked/);
    expect(page).not.toContain('Bearer hidden');
  });

  test('of a session nobody knows is 404', async () => {
    expect((await ui.ask('/cassettes/shop/none/run')).status).toBe(404);
    expect((await ui.ask('/cassettes/none/checkout/run', { form: {} })).status).toBe(404);
  });
});
