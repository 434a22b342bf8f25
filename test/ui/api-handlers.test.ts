import { expect, test } from 'vitest';
import { apiOperations, apiRoot, type OperationId } from '../../src/ui/api-operations.ts';
import { apiSchemas } from '../../src/ui/api-schemas.ts';
import { departures } from '../support/check-schema.ts';
import { steeredReplay } from '../support/api-control.ts';
import { get, post, replayable } from '../support/replayable.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type TestUi, testUiOver } from '../support/ui-app.ts';

type Ask = Pick<TestUi, 'ask'>['ask'];

const exchanges = [get('/a', 'a'), get('/b', 'b'), post('/a', '{"n":1}', 'written')];

/** Asks one operation as a program would, and holds what it gives against the document. */
async function call(ask: Ask, id: OperationId, { path, body }: { path?: string; body?: unknown } = {}) {
  const operation = apiOperations.find((one) => one.id === id)!;
  const answer = await ask(`${apiRoot}${path ?? operation.path}`, {
    method: operation.method.toUpperCase(),
    as: 'bearer',
    ...(body === undefined ? {} : { json: body }),
  });
  const json: unknown = answer.status === 204 ? undefined : await answer.json();
  const { gives } = operation;
  const isGood = answer.status === gives.status;
  const problems = Object.keys('problems' in operation ? operation.problems : {}).map(Number);
  const good = path?.includes('lane=') ? 'LaneLedger' : 'schema' in gives ? gives.schema : undefined;
  const schema = apiSchemas[isGood ? (good ?? '') : 'Problem'] ?? {};
  const type = answer.headers.get('content-type');
  expect([gives.status, 401, ...problems]).toContain(answer.status);
  expect(departures(json, schema, apiSchemas)).toEqual([]);
  expect(isGood || type === 'application/problem+json').toBe(true);
  return { status: answer.status, json: json as Record<string, unknown> };
}

async function replaying(options: Parameters<typeof steeredReplay>[1] = {}) {
  const { control, url } = await steeredReplay(replayable({ exchanges }), options);
  const { ask } = testUiOver(tempFolder(), { control });
  const send = async (target: string, lane = 'default', init: RequestInit = {}): Promise<number> =>
    (await fetch(`${url}${target}`, { ...init, headers: { 'x-retake-lane': lane } })).status;
  return { ask, send };
}

test('status, ledger, misses and what was served, as documented', async () => {
  const { ask, send } = await replaying();
  expect([await send('/a'), await send('/b', 'two'), await send('/c?token=hunter2hunter2', 'two')]).toEqual([
    200, 200, 502,
  ]);
  expect(await call(ask, 'getStatus')).toMatchObject({
    json: {
      live: null,
      mode: { kind: 'replay', onMiss: 'error', allowed: ['error'] },
      counts: { hits: 2, misses: 1, forwarded: 0, relaxed: 0, faults: 0 },
    },
  });
  expect(await call(ask, 'getLedger')).toMatchObject({
    json: {
      verdict: 'failed',
      failed: ['unmatched'],
      hits: 2,
      misses: 1,
      unused: 1,
      unusedList: [{ address: 'shop:session-1/2' }],
    },
  });
  expect(await call(ask, 'getLedger', { path: '/ledger?lane=two' })).toMatchObject({
    status: 200,
    json: { lane: 'two', hits: 1, misses: 1, missList: [{ asked: { target: '/c?token=⟦TOKEN⟧' } }] },
  });
  expect(await call(ask, 'getLedger', { path: '/ledger?lane=three' })).toMatchObject({
    status: 404,
    json: { code: 'LANE_UNKNOWN', title: 'nothing came into lane three', hint: 'lanes so far: default, two' },
  });
  expect(await call(ask, 'getMisses')).toMatchObject({
    json: { misses: 1, missList: [{ code: 'unmatched', lane: 'two' }] },
  });
  const served = await call(ask, 'getServed');
  expect(served.json).toMatchObject({
    oldest: 0,
    next: 3,
    answers: [
      { number: 0, lane: 'default', method: 'GET', target: '/a', address: 'shop:session-1/0', relaxations: [] },
      { number: 1, lane: 'two', target: '/b', address: 'shop:session-1/1' },
      { number: 2, lane: 'two', target: '/c?token=⟦TOKEN⟧', code: 'unmatched', answer: 'error' },
    ],
  });
  expect(await call(ask, 'getServed', { path: '/served?from=2' })).toMatchObject({
    json: { answers: [{ number: 2 }] },
  });
  expect(JSON.stringify(served.json)).not.toContain('hunter2');
});

test('lanes are listed and put back to the beginning, one or all', async () => {
  const { ask, send } = await replaying();
  const write = { method: 'POST', body: '{"n":1}', headers: { 'content-type': 'application/json' } };
  const written = async () => send('/a', 'one', write);
  expect([await written(), await written()]).toEqual([200, 502]);
  expect(await call(ask, 'resetLane', { path: '/lanes/one/reset' })).toMatchObject({ json: { lanes: ['one'] } });
  expect([await written(), await written()]).toEqual([200, 502]);
  expect(await call(ask, 'getLanes')).toMatchObject({
    json: { lanes: [{ name: 'one', how: 'header', hits: 1, writes: 1 }] },
  });
  expect(await call(ask, 'resetLanes')).toMatchObject({ json: { lanes: ['one'] } });
  expect(await written()).toBe(200);
  expect(await call(ask, 'resetLane', { path: '/lanes/two/reset' })).toMatchObject({
    status: 404,
    json: { hint: 'lanes so far: one' },
  });
});

test('faults come and go', async () => {
  const { ask } = await replaying();
  const added = await call(ask, 'addFault', { body: { fault: 'GET /a: 503' } });
  expect(added).toMatchObject({ status: 201, json: { fault: { id: 1, text: 'GET /a: 503' } } });
  expect(await call(ask, 'getFaults')).toMatchObject({
    json: { faults: [{ id: 1, text: 'GET /a: 503' }], recent: [] },
  });
  expect(await call(ask, 'removeFault', { path: '/faults/1' })).toMatchObject({ status: 204 });
  expect(await call(ask, 'removeFault', { path: '/faults/1' })).toMatchObject({
    status: 404,
    json: { hint: 'there are no faults' },
  });
  expect(await call(ask, 'addFault', { body: { fault: 'nonsense' } })).toMatchObject({
    status: 400,
    json: { code: 'FAULT_INVALID' },
  });
  expect(await call(ask, 'addFault', { body: {} })).toMatchObject({ status: 400 });
});

test('the mode is told, and what the start does not allow is refused with what to do', async () => {
  const { ask } = await replaying();
  expect(await call(ask, 'getMode')).toMatchObject({ json: { mode: { kind: 'replay', onMiss: 'error' } } });
  expect(await call(ask, 'putMode', { body: { onMiss: 'error' } })).toMatchObject({ status: 200 });
  expect(await call(ask, 'putMode', { body: { onMiss: 'forward' } })).toMatchObject({
    status: 409,
    json: {
      code: 'MODE_UNAVAILABLE',
      title: 'this replay cannot switch to onMiss forward: it was started without a way to real servers',
      hint: 'start it with --on-miss forward; it can then be switched to error and back',
    },
  });
  expect(await call(ask, 'putMode', { body: { mode: 'record' } })).toMatchObject({ status: 409 });
  expect(await call(ask, 'putMode', { body: { onMiss: 'perhaps' } })).toMatchObject({
    status: 400,
    json: { code: 'MODE_INVALID' },
  });
  expect(await call(ask, 'putMode', { body: { onMiss: 'error', mode: 'record' } })).toMatchObject({ status: 400 });
  expect(await call(ask, 'putMode', { body: ['error'] })).toMatchObject({
    status: 400,
    json: { code: 'JSON_INVALID' },
  });
});

test('in CI misses are never passed on', async () => {
  const { ask } = await replaying({ ci: true });
  expect(await call(ask, 'putMode', { body: { onMiss: 'record' } })).toMatchObject({
    status: 403,
    json: { code: 'MODE_FORBIDDEN', hint: 'record what is missing on a desk, or start the replay with --no-ci' },
  });
});

test('a stop is asked for once the answer is given', async () => {
  let stops = 0;
  const { ask } = await replaying({ stop: () => void (stops += 1) });
  expect(await call(ask, 'stop')).toMatchObject({ status: 202, json: { stopping: true } });
  expect(stops).toBe(1);
});

test.each(apiOperations.map(({ id, method, path }) => [id, method.toUpperCase(), path]))(
  '%s needs the token',
  async (_, method, path) => {
    const { ask } = testUiOver(tempFolder());
    const answer = await ask(`${apiRoot}${path}`, { method, as: 'none' });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ status: 401, code: 'TOKEN_NEEDED' });
  },
);

test('without a proxy, and beside a recording, replay operations say so', async () => {
  const { ask } = testUiOver(tempFolder());
  expect(await call(ask, 'getLanes')).toMatchObject({ status: 409, json: { code: 'NO_PROXY' } });
  expect(await call(ask, 'getOpenApi')).toMatchObject({ status: 200 });
  const recording = testUiOver(tempFolder(), {
    control: {
      mode: () => ({ kind: 'record', mode: 'record', allowed: ['record', 'passthrough'] }),
      setOnMiss: () => {},
      setRecording: () => {},
      stop: () => {},
    },
  });
  expect(await call(recording.ask, 'getLedger')).toMatchObject({ status: 409, json: { code: 'NO_REPLAY' } });
  expect(await call(recording.ask, 'getMode')).toMatchObject({ json: { mode: { kind: 'record' } } });
});

test('a change that is no JSON, or comes from another site on the cookie, is refused', async () => {
  const { ask } = await replaying();
  const form = await ask(`${apiRoot}/mode`, { method: 'PUT', as: 'bearer', headers: { 'content-type': 'text/plain' } });
  expect(form.status).toBe(415);
  const foreign = await ask(`${apiRoot}/reset`, { method: 'POST', headers: { origin: 'http://evil.test' } });
  expect(foreign.status).toBe(403);
  expect(await foreign.json()).toMatchObject({ code: 'CROSS_SITE' });
  const large = await ask(`${apiRoot}/faults`, { method: 'POST', as: 'bearer', json: { fault: 'x'.repeat(100_000) } });
  expect(large.status).toBe(413);
});
