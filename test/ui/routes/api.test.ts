import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { testUi } from '../../support/ui-app.ts';

const ui = testUi();

test('status tells the version and what runs beside', async () => {
  const answer = await ui.ask('/api/v1/status', { as: 'bearer' });
  expect(await answer.json()).toEqual({
    schema: 'retake.status/1',
    version: '0.1.0',
    live: null,
    mode: null,
    counts: null,
  });
});

test('sessions lists every cassette, and says of one that cannot be read why', async () => {
  writeFileSync(path.join(ui.folder, 'bad.cassette'), '');
  const answer = await ui.ask('/api/v1/sessions', { as: 'bearer' });
  expect(await answer.json()).toMatchObject({
    schema: 'retake.sessions/1',
    cassettes: [
      { name: 'bad', error: { code: 'CASSETTE_NOT_SQLITE' } },
      {
        name: 'shop',
        path: ui.cassettePath,
        sessions: [
          {
            name: 'browse',
            startedAt: expect.stringMatching(/^20..-.*Z$/) as string,
            exchanges: 430,
            incomplete: null,
          },
          { name: 'checkout', exchanges: 16, targets: [{ name: 'default', url: 'http://127.0.0.1:3000' }] },
        ],
      },
    ],
  });
});

test('an unknown address is a JSON error', async () => {
  const answer = await ui.ask('/api/v1/nothing', { as: 'bearer' });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
});
