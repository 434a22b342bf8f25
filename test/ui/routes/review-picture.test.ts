import { beforeAll, expect, test } from 'vitest';
import { isPng, readPng } from '../../../src/compare/png-picture.ts';
import { addNoisyRun, type NoisyRun } from '../../support/noisy-run.ts';
import { testUi } from '../../support/ui-app.ts';

const ui = testUi();
let run: NoisyRun;
beforeAll(() => {
  run = addNoisyRun(ui.folder);
});

const picture = (shows: string, check: number): Promise<Response> =>
  ui.ask(`/runs/${run.runId}/review/picture/${shows}?check=${run.checks[check]}`);
const shownIn = async (check: number): Promise<(string | undefined)[]> => {
  const page = await ui.html(`/runs/${run.runId}/review?check=${run.checks[check]}`);
  return [...page.matchAll(/<img src="[^"]*\/picture\/(\w+)\?/g)].map(([, shows]) => shows);
};

test('pictures of one size stand side by side with what differs', async () => {
  expect(await shownIn(1)).toEqual(['baseline', 'fresh', 'difference']);
  const drawn = await picture('difference', 1);
  expect(drawn.headers.get('content-type')).toBe('image/png');
  expect(drawn.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'; frame-ancestors 'none'");
  const read = readPng(Buffer.from(await drawn.arrayBuffer()));
  expect(read).toMatchObject({ ok: true, picture: { width: 60, height: 40 } });
  const fresh = Buffer.from(await (await picture('fresh', 1)).arrayBuffer());
  expect(isPng(fresh)).toBe(true);
  expect(fresh).not.toEqual(Buffer.from(await (await picture('baseline', 1)).arrayBuffer()));
});

test('of other sizes, and of other types, both are shown and nothing is drawn', async () => {
  expect(await shownIn(2)).toEqual(['baseline', 'fresh']);
  expect(await shownIn(3)).toEqual(['baseline', 'fresh']);
  expect((await picture('baseline', 3)).headers.get('content-type')).toBe('image/gif');
  expect((await picture('difference', 2)).status).toBe(404);
  expect((await picture('difference', 3)).status).toBe(404);
});

test('what is no picture is never served', async () => {
  expect(await shownIn(0)).toEqual([]);
  for (const shows of ['baseline', 'fresh', 'difference']) expect((await picture(shows, 0)).status).toBe(404);
  expect((await ui.ask(`/runs/${run.runId}/review/picture/fresh?check=999`)).status).toBe(404);
  expect((await ui.ask(`/runs/${run.runId}/review/picture/other?check=${run.checks[1]}`)).status).toBe(404);
});
