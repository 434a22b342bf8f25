import { randomBytes, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Check } from '../../src/model/run.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { acceptChecks } from '../../src/review/finish.ts';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { RunStore } from '../../src/store/run-store.ts';
import { type RunSuiteOptions, runSuite } from '../../src/suite/run-suite.ts';
import { type SuiteResult, describeDifference, splitDifferences } from '../../src/suite/suite-result.ts';
import { resolveTargets } from '../../src/suite/suite-target.ts';
import { cassetteOf } from '../support/cassette.ts';
import { type NotesApi, type NotesBuild, startNotesApi, useNotesApi } from '../support/notes-api.ts';
import { type RawUpstream, answering, startRawUpstream } from '../support/raw-upstream.ts';
import { recordSession, testKey } from '../support/record-session.ts';
import { tempFolder } from '../support/temp-folder.ts';

interface Stage {
  readonly folder: string;
  readonly file: string;
  readonly runStore: RunStore;
}

async function recordNotes(redaction: 'on' | 'off' = 'on'): Promise<Stage> {
  const folder = tempFolder();
  const api = await startNotesApi();
  const file = await recordSession({ folder, url: api.url, redaction, client: useNotesApi });
  await api.close();
  return stageOf(file, folder);
}

function stageOf(file: string, folder = tempFolder()): Stage {
  const runStore = RunStore.open(folder);
  onTestFinished(() => runStore.close());
  return { folder, file, runStore };
}

const secrets: Readonly<Record<string, string>> = { RETAKE_SECRET_PASSWORD: 'correct horse' };

async function run(stage: Stage, url: string, options: Partial<RunSuiteOptions> = {}): Promise<SuiteResult> {
  const reader = CassetteReader.open(stage.file);
  const session = reader.session();
  try {
    return await runSuite({
      reader,
      cassette: 'notes',
      session,
      targets: resolveTargets([url], session.targets),
      runStore: stage.runStore,
      redactor: createRedactor(testKey),
      secret: (variable) => secrets[variable],
      writes: 'refused',
      toolVersion: '0.1.0',
      ...options,
    });
  } finally {
    reader.close();
  }
}

/** Everything a check has to say, in lines. */
function told({ checks }: SuiteResult): string[] {
  return checks.flatMap((check) => [
    ...splitDifferences(check.differences).told.map((one) => `${check.position} ${describeDifference(one)}`),
    ...(check.note === undefined ? [] : [`${check.position} ${check.note}`]),
  ]);
}

const verdicts = ({ checks }: SuiteResult): string[] => checks.map(({ verdict }) => verdict);

async function build(kind: NotesBuild): Promise<NotesApi> {
  return startNotesApi(kind);
}

describe('log in, create, read, update, delete', () => {
  test('passes against a freshly started server that issues other tokens and ids', async () => {
    const stage = await recordNotes();
    const api = await build('first');
    const result = await run(stage, api.url);
    expect(told(result)).toEqual([]);
    expect(result.run).toMatchObject({ verdict: 'passed', checkCount: 8, target: api.url });
    expect(verdicts(result).filter((verdict) => verdict !== 'same' && verdict !== 'equivalent')).toEqual([]);
    const [, , ...onNote] = api.requests.filter((line) => line.includes('/notes/'));
    expect(onNote).toHaveLength(3);
    expect(result.skipped).toEqual([]);
  });

  test('keeps neither the password nor the token of the server anywhere', async () => {
    const stage = await recordNotes();
    const api = await build('first');
    const seen: string[] = [];
    await run(stage, api.url, {
      onCheck: (check) => {
        const fresh = stage.runStore.fresh(check.id)!;
        seen.push(JSON.stringify([check, fresh]));
        if (fresh.outcome.kind === 'response' && fresh.outcome.body.sizeBytes > 0) {
          seen.push(stage.runStore.body(fresh.outcome.body.sha256).toString());
        }
      },
    });
    const login = (await (await fetch(`${api.url}/login`, loginRequest)).json()) as { token: string };
    expect(seen.join('\n')).toContain('"token"');
    expect(seen.join('\n')).not.toContain(login.token);
    expect(seen.join('\n')).not.toContain('correct horse');
  });

  test('finds an honest regression where it is, and nothing else', async () => {
    const stage = await recordNotes();
    const api = await build('regressed');
    const result = await run(stage, api.url);
    expect(told(result)).toEqual(['4 body /version 2 → 1', '5 body /version 2 → 1']);
    expect(result.run.verdict).toBe('failed');
  });

  test('lets a harmless addition pass unless additions are asked about', async () => {
    const stage = await recordNotes();
    const api = await build('extended');
    const result = await run(stage, api.url);
    expect(result.run).toMatchObject({ verdict: 'passed', counts: { added: 5 } });
    expect((await run(stage, api.url, { failOn: 'added' })).run.verdict).toBe('failed');
  });

  test('tells what could not be sent, and why, when its chain is broken', async () => {
    const stage = await recordNotes();
    const api = await build('no-token');
    const result = await run(stage, api.url);
    expect(verdicts(result)).toEqual(['broken', ...Array.from({ length: 7 }, () => 'missing')]);
    expect(result.checks[1]?.note).toBe(
      'not sent: it needs json:/token of POST /login (notes:session-1/0), which answered 200 without it',
    );
    expect(api.requests).toEqual(['POST /login']);
  });

  test('works on a session recorded as it was, without asking for secrets', async () => {
    const stage = await recordNotes('off');
    const api = await build('first');
    const result = await run(stage, api.url, { secret: () => undefined });
    expect(told(result)).toEqual([]);
    expect(result.run.verdict).toBe('passed');
  });

  test('works with another redaction key than the recording had', async () => {
    const stage = await recordNotes();
    const api = await build('first');
    const result = await run(stage, api.url, { redactor: createRedactor(Buffer.alloc(32, 3)) });
    expect(told(result)).toEqual([]);
  });

  test('after accepting what changed, the next run passes against yet another server', async () => {
    const stage = await recordNotes();
    const changed = await build('regressed');
    const first = await run(stage, changed.url);
    const failing = first.checks.filter(({ verdict }) => verdict === 'changed').map(({ id }) => id);
    acceptChecks({ runStore: stage.runStore, runId: first.run.id, checkIds: failing, author: 'ada', now: Date.now() });
    await changed.close();

    const second = await run(stage, (await build('regressed')).url);
    expect(told(second)).toEqual([]);
    expect(second.checks.map(({ baselineVersion }) => baselineVersion)).toEqual([1, 1, 1, 1, 2, 2, 1, 1]);
    const back = await run(stage, (await build('first')).url);
    expect(told(back)).toEqual(['4 body /version 1 → 2', '5 body /version 1 → 2']);
  });

  test('names every missing secret before anything is sent', async () => {
    const stage = await recordNotes();
    const api = await build('first');
    await expect(run(stage, api.url, { secret: () => undefined })).rejects.toMatchObject({
      code: 'SECRET_NEEDED',
      message: expect.stringContaining('RETAKE_SECRET_PASSWORD (json:/password of POST /login)') as string,
    });
    expect(api.requests).toEqual([]);
    expect(stage.runStore.runs(10)).toEqual([]);
  });

  test('a wrong secret is a failing check, and what needs its token is not sent', async () => {
    const stage = await recordNotes();
    const api = await build('first');
    const result = await run(stage, api.url, { secret: () => 'battery staple' });
    expect(verdicts(result).slice(0, 2)).toEqual(['broken', 'missing']);
    expect(result.checks[1]?.note).toContain('which answered 401 without it');
  });
});

describe('other ways to log in', () => {
  /** Basic credentials open a session; its cookie and a page cursor, both new with every start, lead on. */
  async function startPortal(): Promise<RawUpstream> {
    const sid = randomUUID();
    const cursor = randomBytes(12).toString('base64url');
    const server = await startRawUpstream(async (connection) => {
      for (;;) {
        const { startLine, headers } = await connection.read.request();
        const [, path = ''] = startLine.split(' ');
        const header = (name: string): string => headers.find(([one]) => one.toLowerCase() === name)?.[1] ?? '';
        const [status, body, more = ''] =
          path === '/session' && header('authorization') === `Basic ${btoa('ada:correct horse')}`
            ? [200, '{"user":"ada"}', `Set-Cookie: sid=${sid}; Path=/; HttpOnly\r\n`]
            : header('cookie') !== `sid=${sid}`
              ? [401, '{"error":"log in"}']
              : path === '/log'
                ? [200, `{"lines":["a"],"next":"/log?cursor=${cursor}"}`]
                : path === `/log?cursor=${cursor}`
                  ? [200, '{"lines":["b"]}']
                  : [404, '{"error":"no such page"}'];
        const packed = gzipSync(body as string);
        const head = `HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\n${more}Content-Encoding: gzip\r\n`;
        await connection.write(`${head}Content-Length: ${packed.length}\r\n\r\n`);
        await connection.write(packed);
      }
    });
    onTestFinished(() => server.close());
    return server;
  }

  test('Basic credentials, session cookies and cursors inside links of compressed bodies are carried', async () => {
    const folder = tempFolder();
    const recorded = await startPortal();
    const client = async (url: string): Promise<void> => {
      const authorization = `Basic ${btoa('ada:correct horse')}`;
      const login = await fetch(`${url}/session`, { method: 'POST', headers: { authorization } });
      const cookie = login.headers.getSetCookie()[0]!.split(';')[0]!;
      const { next } = (await (await fetch(`${url}/log`, { headers: { cookie } })).json()) as { next: string };
      await (await fetch(`${url}${next}`, { headers: { cookie } })).text();
    };
    const file = await recordSession({ folder, url: recorded.url, client });
    const stage = stageOf(file, folder);
    const server = await startPortal();
    const given: Record<string, string> = { RETAKE_SECRET_USER: 'ada', RETAKE_SECRET_PASSWORD: 'correct horse' };
    const result = await run(stage, server.url, { secret: (variable) => given[variable] });
    expect(told(result)).toEqual([]);
    expect(result.run).toMatchObject({ verdict: 'passed', checkCount: 3 });
    const stored = JSON.stringify(result.checks.map(({ id }) => stage.runStore.fresh(id)));
    expect(stored).toContain('sid=');
    await expect(run(stage, server.url, { secret: () => undefined })).rejects.toThrow(
      'RETAKE_SECRET_USER (header:authorization[0] of POST /session), RETAKE_SECRET_PASSWORD (header:authorization[0] of POST /session)',
    );
  });
});

const loginRequest = { method: 'POST', body: JSON.stringify({ user: 'ada', password: 'correct horse' }) };

const ok = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const okExchange = { responseBytes: '{}' };

describe('the order of a run', () => {
  test('reads between two writes overlap, writes stand alone, and checks are told in recorded order', async () => {
    const open: string[] = [];
    const log: string[] = [];
    const fourReads = Promise.withResolvers<void>();
    const server = await startRawUpstream(async (connection) => {
      for (;;) {
        const { startLine } = await connection.read.request();
        const line = startLine.split(' ').slice(0, 2).join(' ');
        open.push(line);
        log.push(`${line} with ${open.length - 1} others`);
        // The first read is answered only when four are there: reads must really overlap.
        if (open.length === 4) fourReads.resolve();
        if (line.startsWith('GET')) await fourReads.promise;
        open.splice(open.indexOf(line), 1);
        await connection.write(ok);
      }
    });
    onTestFinished(() => server.close());
    const reads = ['/a', '/b', '/c', '/d'].map((target) => ({ ...okExchange, target }));
    const write = { ...okExchange, method: 'PUT', target: '/w' };
    const stage = stageOf(cassetteOf([write, ...reads, { ...write, target: '/x' }]));
    const order: number[] = [];
    const result = await run(stage, server.url, { onCheck: ({ position }) => order.push(position) });
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    expect(result.run.verdict).toBe('passed');
    expect(log[0]).toBe('PUT /w with 0 others');
    expect(log[4]).toMatch(/^GET \/\w with 3 others$/);
    expect(log[5]).toBe('PUT /x with 0 others');
    expect(server.problems).toEqual([]);
  });

  test('a selection sends what it builds on without judging it', async () => {
    const stage = await recordNotes();
    const api = await startNotesApi();
    const result = await run(stage, api.url, { grep: /^PUT / });
    expect(result.checks.map(({ position }) => position)).toEqual([4]);
    expect(result).toMatchObject({ supporting: 2, notRun: 0, run: { verdict: 'passed', checkCount: 1 } });
    expect(api.requests.map((line) => line.split(' ')[0])).toEqual(['POST', 'POST', 'PUT']);
  });

  test('a selection of nothing is an error that says so', async () => {
    const stage = await recordNotes();
    await expect(run(stage, 'http://127.0.0.1:9', { grep: /PATCH/ })).rejects.toMatchObject({
      code: 'USAGE',
      message: 'no request of notes:session-1 matches --grep PATCH',
    });
  });

  test('stops after the failures asked for', async () => {
    const server = await startRawUpstream(answering('HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n'));
    onTestFinished(() => server.close());
    const stage = stageOf(cassetteOf(Array.from({ length: 20 }, () => okExchange)));
    const result = await run(stage, server.url, { bail: 2 });
    expect(result.checks).toHaveLength(2);
    expect(result).toMatchObject({ notRun: 18, run: { verdict: 'failed' } });
  });

  test('interrupted, keeps what was judged and calls itself interrupted', async () => {
    const controller = new AbortController();
    const server = await startRawUpstream(async (connection) => {
      await connection.read.request();
      await connection.write(ok);
      await connection.read.request();
      controller.abort();
      await connection.closed;
    });
    onTestFinished(() => server.close());
    const stage = stageOf(cassetteOf([okExchange, okExchange, okExchange]));
    const result = await run(stage, server.url, { signal: controller.signal, concurrency: 1 });
    expect(result.run.verdict).toBe('interrupted');
    expect(verdicts(result)).toEqual(['equivalent']);
    expect(result.notRun).toBe(2);
  });
});

describe('what a run refuses', () => {
  test('requests that change data do not go to another machine without consent', async () => {
    const stage = stageOf(cassetteOf([okExchange, { ...okExchange, method: 'DELETE' }]));
    await expect(run(stage, 'http://192.0.2.1:80')).rejects.toMatchObject({
      code: 'WRITES_NEED_CONSENT',
      message: 'the recording has 1 requests that change data and http://192.0.2.1/ is not on this machine',
    });
  });

  test('a server that is not there is an error, not a list of failures', async () => {
    const server = await startRawUpstream(async () => {});
    await server.close();
    const stage = stageOf(cassetteOf([okExchange]));
    await expect(run(stage, server.url)).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    expect(stage.runStore.runs(1)).toEqual([]);
  });

  test('a session without anything to judge does not pass', async () => {
    const aborted = { outcome: { kind: 'failure', code: 'client-aborted', message: '' } } as const;
    await expect(run(stageOf(cassetteOf([aborted])), 'http://127.0.0.1:9')).rejects.toMatchObject({
      code: 'USAGE',
      message:
        'session session-1 of notes has nothing to judge: the recording client left before the response was complete',
    });
  });
});

describe('what became of single checks', () => {
  test('a server that hangs up fails the check in words, and the run goes on', async () => {
    const server = await startRawUpstream(async (connection) => {
      const { startLine } = await connection.read.request();
      if (startLine.includes('/dead')) connection.reset();
      else await connection.write(ok);
    });
    onTestFinished(() => server.close());
    const stage = stageOf(
      cassetteOf([
        { ...okExchange, target: '/dead' },
        { ...okExchange, target: '/alive' },
      ]),
    );
    const result = await run(stage, server.url, { concurrency: 1 });
    expect(verdicts(result)).toEqual(['failed', 'equivalent']);
    expect(result.checks[0]?.note).toMatch(/^reset: /);
  });

  test('recordings that cannot be judged are listed with the reason', async () => {
    const server = await startRawUpstream(answering(ok));
    onTestFinished(() => server.close());
    const interrupted = { outcome: { kind: 'failure', code: 'interrupted', message: '' } } as const;
    const result = await run(stageOf(cassetteOf([okExchange, { ...interrupted, target: '/slow' }])), server.url);
    expect(result.run.verdict).toBe('passed');
    expect(result.skipped).toEqual([
      {
        address: 'notes:session-1/1',
        method: 'GET',
        target: '/slow',
        reason: 'the recording was interrupted while it ran',
      },
    ]);
  });

  test('a stored check is what was told', async () => {
    const server = await startRawUpstream(answering(ok));
    onTestFinished(() => server.close());
    const stage = stageOf(cassetteOf([{ responseBytes: '{"a":1}' }]));
    const seen: Check[] = [];
    const result = await run(stage, server.url, { onCheck: (check) => seen.push(check) });
    expect(stage.runStore.checks(result.run.id)).toEqual(seen);
    expect(stage.runStore.fresh(seen[0]!.id)?.outcome).toMatchObject({ kind: 'response', status: 200 });
  });
});
