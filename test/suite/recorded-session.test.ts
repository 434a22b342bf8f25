import { randomBytes, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRedactor } from '../../src/redact/redactor.ts';
import { acceptChecks } from '../../src/review/finish.ts';
import { startNotesApi } from '../support/notes-api.ts';
import { type RawUpstream, startRawUpstream } from '../support/raw-upstream.ts';
import { recordSession } from '../support/record-session.ts';
import { recordNotes, run, stageOf, told, verdicts } from '../support/suite-stage.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe('log in, create, read, update, delete', () => {
  test('passes against a freshly started server that issues other tokens and ids', async () => {
    const stage = await recordNotes();
    const api = await startNotesApi('first');
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
    const api = await startNotesApi('first');
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
    const api = await startNotesApi('regressed');
    const result = await run(stage, api.url);
    expect(told(result)).toEqual(['4 body /version 2 → 1', '5 body /version 2 → 1']);
    expect(result.checks.map(({ cause }) => cause)).toEqual([...Array(5), 'notes:session-1/4', ...Array(2)]);
    expect(result.run.verdict).toBe('failed');
  });

  test('lets a harmless addition pass unless additions are asked about', async () => {
    const stage = await recordNotes();
    const api = await startNotesApi('extended');
    const result = await run(stage, api.url);
    expect(result.run).toMatchObject({ verdict: 'passed', counts: { added: 5 } });
    expect((await run(stage, api.url, { failOn: 'added' })).run.verdict).toBe('failed');
  });

  test('tells what could not be sent, and why, when its chain is broken', async () => {
    const stage = await recordNotes();
    const api = await startNotesApi('no-token');
    const result = await run(stage, api.url);
    expect(verdicts(result)).toEqual(['broken', ...Array.from({ length: 7 }, () => 'missing')]);
    expect(result.checks[1]?.note).toBe(
      'not sent: it needs json:/token of POST /login (notes:session-1/0), which answered 200 without it',
    );
    expect(api.requests).toEqual(['POST /login']);
    expect(result.checks.map(({ cause }) => cause)).toEqual([undefined, ...Array(7).fill('notes:session-1/0')]);
    expect(stage.runStore.checks(result.run.id)).toEqual(result.checks);
  });

  test('works on a session recorded as it was, without asking for secrets', async () => {
    const stage = await recordNotes('off');
    const api = await startNotesApi('first');
    const result = await run(stage, api.url, { secret: () => undefined });
    expect(told(result)).toEqual([]);
    expect(result.run.verdict).toBe('passed');
  });

  test('works with another redaction key than the recording had', async () => {
    const stage = await recordNotes();
    const api = await startNotesApi('first');
    const result = await run(stage, api.url, { redactor: createRedactor(Buffer.alloc(32, 3)) });
    expect(told(result)).toEqual([]);
  });

  test('after accepting what changed, the next run passes against yet another server', async () => {
    const stage = await recordNotes();
    const changed = await startNotesApi('regressed');
    const first = await run(stage, changed.url);
    const failing = first.checks.filter(({ verdict }) => verdict === 'changed').map(({ id }) => id);
    acceptChecks({ runStore: stage.runStore, runId: first.run.id, checkIds: failing, author: 'ada', now: Date.now() });
    await changed.close();

    const second = await run(stage, (await startNotesApi('regressed')).url);
    expect(told(second)).toEqual([]);
    expect(second.checks.map(({ baselineVersion }) => baselineVersion)).toEqual([1, 1, 1, 1, 2, 2, 1, 1]);
    const back = await run(stage, (await startNotesApi('first')).url);
    expect(told(back)).toEqual(['4 body /version 1 → 2', '5 body /version 1 → 2']);
  });

  test('names every missing secret before anything is sent', async () => {
    const stage = await recordNotes();
    const api = await startNotesApi('first');
    await expect(run(stage, api.url, { secret: () => undefined })).rejects.toMatchObject({
      code: 'SECRET_NEEDED',
      message: expect.stringContaining('RETAKE_SECRET_PASSWORD (json:/password of POST /login)') as string,
    });
    expect(api.requests).toEqual([]);
    expect(stage.runStore.runs(10)).toEqual([]);
  });

  test('a wrong secret is a failing check, and what needs its token is not sent', async () => {
    const stage = await recordNotes();
    const api = await startNotesApi('first');
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
        const packed = gzipSync(body);
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
