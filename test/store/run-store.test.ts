import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AppError } from '../../src/base/errors.ts';
import { migrate } from '../../src/store/migrate.ts';
import { ensureRetakeFolder } from '../../src/store/retake-folder.ts';
import { runStoreApplicationId, runStoreSteps } from '../../src/store/run-schema.ts';
import { type NewCheck, RunStore } from '../../src/store/run-store.ts';
import { fixedTime, responseOutcome } from '../support/cassette.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeReadOnly, unprivileged } from '../support/unprivileged.ts';
import { connectTo } from '../support/sqlite-file.ts';
import { appErrorOf } from '../support/app-error.ts';

const newRun = {
  cassettePath: '/project/cassettes/checkout.cassette',
  cassette: 'checkout',
  session: 'session-1',
  target: 'http://127.0.0.1:3000',
  startedAt: fixedTime,
  toolVersion: '0.1.0',
};

function newCheck(overrides: Partial<NewCheck> = {}): NewCheck {
  return {
    address: 'checkout:session-1/0',
    position: 0,
    method: 'GET',
    target: '/orders/7',
    template: '/orders/{id}',
    verdict: 'same',
    durationMs: 1.5,
    differences: [],
    baselineVersion: 1,
    ...overrides,
  };
}

function openStore(folder = tempFolder()): RunStore {
  return RunStore.open(folder);
}

describe('runs', () => {
  test('count their checks by verdict and end with a verdict of their own', () => {
    const store = openStore();
    expect(store.latestRun()).toBeUndefined();
    const id = store.beginRun(newRun);
    store.addCheck(id, newCheck());
    store.addCheck(id, newCheck({ position: 2, verdict: 'changed' }));
    store.addCheck(id, newCheck({ position: 1, verdict: 'changed' }));
    const running = store.run(id)!;
    expect(running).not.toHaveProperty('endedAt');
    expect(running).not.toHaveProperty('verdict');
    store.finishRun(id, 'failed', fixedTime + 900.4);
    expect(store.run(id)).toEqual({
      ...newRun,
      id,
      endedAt: fixedTime + 900,
      verdict: 'failed',
      counts: { same: 1, equivalent: 0, added: 0, changed: 2, broken: 0, missing: 0, unexpected: 0, failed: 0 },
      checkCount: 3,
    });
    expect(store.checks(id).map(({ position }) => position)).toEqual([0, 1, 2]);
    store.close();
  });

  test('are listed newest first', () => {
    const store = openStore();
    const ids = [1, 2, 3].map(() => store.beginRun({ ...newRun, gitCommit: 'abc' }));
    expect(store.runs(2).map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    expect(store.latestRun()).toMatchObject({ id: ids[2], gitCommit: 'abc' });
    expect(store.run(99)).toBeUndefined();
    store.close();
  });

  test('stay when the store is opened again, and git ignores them', () => {
    const folder = tempFolder();
    const first = openStore(folder);
    const id = first.beginRun(newRun);
    first.close();
    const second = openStore(folder);
    expect(second.run(id)?.cassette).toBe('checkout');
    second.close();
    expect(readFileSync(path.join(folder, '.retake', '.gitignore'), 'utf8')).toBe('*\n');
  });

  test('of one process are seen by another while both have the store open', () => {
    const folder = tempFolder();
    const [writing, reading] = [openStore(folder), openStore(folder)];
    const id = writing.beginRun(newRun);
    writing.addCheck(id, newCheck());
    expect(reading.latestRun()).toMatchObject({ id, checkCount: 1 });
    reading.beginRun(newRun);
    expect(writing.runs(10)).toHaveLength(2);
    writing.close();
    reading.close();
  });
});

describe('checks', () => {
  test('keep differences, the fresh response and its body', () => {
    const store = openStore();
    const run = store.beginRun(newRun);
    const difference = {
      part: 'body',
      path: '/items/0/price',
      pattern: '/items/*/price',
      kind: 'changed',
      severity: 'changed',
      before: '1',
      after: '2',
    } as const;
    const body = Buffer.from('{"price":2}');
    const sha256 = '5a1d8e3bf9d5ddee2b2f5e63b43a4e40a5a3e6e5f5bd93ad1d2a4ff4a9a7a6ab';
    const fresh = {
      outcome: responseOutcome({
        body: { sizeBytes: body.length, sha256, truncated: false, fullSizeBytes: body.length },
      }),
      startedAt: fixedTime + 3,
      renames: [['old', 'new']] as const,
    };
    const check = newCheck({ verdict: 'changed', differences: [difference], note: 'why', baselineVersion: 2 });
    const id = store.addCheck(run, check, { fresh, body });
    expect(store.check(id)).toEqual({ ...check, id, runId: run });
    expect(store.fresh(id)).toEqual(fresh);
    const without = store.addCheck(run, newCheck({ verdict: 'missing' }));
    expect(store.fresh(without)).toBeUndefined();
    expect(store.fresh(999)).toBeUndefined();
    expect(store.check(999)).toBeUndefined();
    store.close();
  });

  test('share equal bodies', async () => {
    const { createHash } = await import('node:crypto');
    const store = openStore();
    const run = store.beginRun(newRun);
    const body = Buffer.alloc(400_000, 'z');
    const fresh = { outcome: responseOutcome(), startedAt: fixedTime, renames: [] };
    store.addCheck(run, newCheck(), { fresh, body });
    store.addCheck(run, newCheck({ position: 1 }), { fresh, body });
    expect(store.body(createHash('sha256').update(body).digest('hex')).equals(body)).toBe(true);
    store.close();
  });
});

test('review events are kept in their order, with what they undo', () => {
  const store = openStore();
  const runId = store.beginRun(newRun);
  const checkId = store.addCheck(runId, newCheck());
  const accept = { runId, checkId, action: 'accept', author: 'Ada', at: fixedTime } as const;
  const first = store.addReviewEvent(accept);
  const undo = { runId, checkId, action: 'undo', undoes: first, author: 'Ada', at: fixedTime + 1 } as const;
  const reject = {
    runId,
    checkId,
    difference: 'body:/a',
    action: 'reject',
    note: 'n',
    author: 'Bo',
    at: fixedTime + 2,
  } as const;
  const [second, third] = [store.addReviewEvent(undo), store.addReviewEvent(reject)];
  expect(store.reviewEvents(runId)).toEqual([
    { id: first, ...accept },
    { id: second, ...undo },
    { id: third, ...reject },
  ]);
  expect(store.reviewEvents(99)).toEqual([]);
  store.close();
});

test('one decision on several checks is one batch, named by its first event', () => {
  const store = openStore();
  const runId = store.beginRun(newRun);
  const accept = { runId, action: 'accept', author: 'Ada', at: fixedTime } as const;
  const ids = [1, 2, 3].map((position) => store.addCheck(runId, newCheck({ position })));
  store.addReviewEvents(ids.map((checkId) => ({ ...accept, checkId })));
  const [first, ...rest] = store.reviewEvents(runId);
  expect(first).not.toHaveProperty('batch');
  expect(rest.map(({ batch }) => batch)).toEqual([first!.id, first!.id]);
  expect(() =>
    store.addReviewEvents([
      { ...accept, checkId: ids[0]! },
      { ...accept, checkId: 999 },
    ]),
  ).toThrow('FOREIGN KEY');
  expect(store.reviewEvents(runId)).toHaveLength(3);
  store.close();
});

test('a check keeps the address of its cause', () => {
  const store = openStore();
  const runId = store.beginRun(newRun);
  const [cause, follower] = [0, 1].map((position) => store.addCheck(runId, newCheck({ position })));
  store.setCauses(new Map([[follower!, 'checkout:session-1/0']]));
  expect(store.check(follower!)).toMatchObject({ cause: 'checkout:session-1/0' });
  expect(store.check(cause!)).not.toHaveProperty('cause');
  store.close();
});

test('a store of format 1 is brought up to date with all that is in it', () => {
  const folder = tempFolder();
  ensureRetakeFolder(folder);
  const old = connectTo(path.join(folder, '.retake', 'runs.sqlite'), 'write');
  migrate(old, { applicationId: runStoreApplicationId, steps: runStoreSteps.slice(0, 1) }, 0);
  old.script(`INSERT INTO runs (cassette_path, cassette, session, target, started_at, tool_version)
    VALUES ('/c.cassette', 'c', 's', 'http://localhost', 1, '0.1.0')`);
  old.script(`INSERT INTO checks (run_id, address, position, method, target, verdict, duration_ms, differences,
    baseline_version) VALUES (1, 'c:s/0', 0, 'GET', '/orders/7?full=1', 'changed', 1, '[]', 1)`);
  old.script(`INSERT INTO review_events (run_id, check_id, action, author, at) VALUES (1, 1, 'accept', 'Ada', 1)`);
  old.close();
  const store = openStore(folder);
  expect(store.checks(1)).toMatchObject([{ address: 'c:s/0', template: '/orders/{id}', verdict: 'changed' }]);
  expect(store.checks(1)[0]).not.toHaveProperty('cause');
  expect(store.reviewEvents(1)).toEqual([{ id: 1, runId: 1, checkId: 1, action: 'accept', author: 'Ada', at: 1 }]);
  store.addCheck(1, newCheck({ position: 1, template: '/orders/{id} query Orders' }));
  expect(store.checks(1)[1]!.template).toBe('/orders/{id} query Orders');
  store.close();
});

describe('a store that cannot be used says so and is left as it is', () => {
  const refusal = (folder: string): AppError => appErrorOf(() => RunStore.open(folder).close());

  test('when it belongs to another program, is newer, or is no database', () => {
    const folder = tempFolder();
    openStore(folder).close();
    const file = path.join(folder, '.retake', 'runs.sqlite');
    const change = (sql: string): void => {
      const connection = connectTo(file, 'write');
      connection.script(sql);
      connection.close();
    };
    change('PRAGMA user_version = 9');
    expect(refusal(folder)).toMatchObject({ code: 'RUN_STORE_UNUSABLE', exitCode: 3 });
    expect(refusal(folder).message).toBe(
      `the run store ${file} cannot be used: it has format 9, this Retake knows formats up to 2`,
    );
    change('PRAGMA application_id = 5');
    expect(refusal(folder).message).toContain('it is a file of another program');
    writeFileSync(file, 'no database '.repeat(1000));
    expect(refusal(folder).message).toContain('file is not a database');
    expect(readFileSync(file, 'utf8')).toBe('no database '.repeat(1000));
  });

  test('when its folder may not be written', () => {
    const folder = path.join(tempFolder(), 'project');
    openStore(folder).close();
    const restore = makeReadOnly(path.join(folder, '.retake'));
    try {
      unprivileged(() => expect(refusal(folder).code).toBe('RUN_STORE_UNUSABLE'));
    } finally {
      restore();
    }
  });
});
