import { parseMatchRuleLine } from '../../src/model/match-rule-grammar.ts';
import { reindex } from '../../src/proxy/reindex.ts';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/model/exchange.ts';
import { emptyBody } from '../../src/model/exchange.ts';
import type { MissReport } from '../../src/model/miss-report.ts';
import { formatMiss } from '../../src/proxy/miss-text.ts';
import { valueOf } from '../support/byte-reader.ts';
import { responseOutcome } from '../support/cassette.ts';
import { startReplay, type TestReplay } from '../support/replay.ts';
import { type Recorded, replayable, socket } from '../support/replayable.ts';
import { server } from '../support/conversation.ts';

const key = Buffer.alloc(32, 7);
const json = '\nContent-Type: application/json';
const record = 'retake record --target http://127.0.0.1:3000 --cassette cassettes/shop.cassette';

async function missOf(replay: TestReplay, head: string, body?: string): Promise<MissReport> {
  await replay.send(head, body);
  const last = replay.events.at(-1);
  if (last?.kind !== 'miss') throw new Error('that was not a miss');
  return last.report;
}

const post = (target: string, body: string): Recorded => ({
  method: 'POST',
  target,
  headers: ['Host', 'shop.test', 'Content-Type', 'application/json'],
  body,
});

test('the answer, word for word', async () => {
  const replay = await startReplay(
    replayable({ exchanges: [{ target: '/orders/7' }, { target: '/orders/8?page=2' }] }),
  );
  const message = await replay.send('GET /orders/9');
  expect(message.startLine).toBe('HTTP/1.1 502 Bad Gateway');
  expect(message.headers.slice(0, 3)).toEqual([
    ['Content-Type', 'application/problem+json'],
    ['Content-Length', String(message.body.length)],
    ['x-retake-miss', 'unmatched'],
  ]);
  expect(valueOf(message.headers, 'date')).toBeUndefined();
  expect(JSON.parse(String(message.body))).toEqual({
    type: 'urn:retake:miss:unmatched',
    title: 'no recording answers GET /orders/9',
    status: 502,
    code: 'unmatched',
    detail: 'nothing was recorded at this path',
    asked: { method: 'GET', target: '/orders/9', targetName: 'default', bodyBytes: 0 },
    cassette: 'shop',
    sessions: ['session-1'],
    lane: 'default',
    nearest: [
      {
        address: 'shop:session-1/0',
        method: 'GET',
        target: '/orders/7',
        distance: 0.35,
        differences: [
          {
            part: 'path',
            name: '',
            recorded: '/orders/7',
            incoming: '/orders/9',
            words: 'path: recorded /orders/7, incoming /orders/9',
          },
        ],
      },
      {
        address: 'shop:session-1/1',
        method: 'GET',
        target: '/orders/8?page=2',
        distance: 0.47,
        differences: [
          {
            part: 'path',
            name: '',
            recorded: '/orders/8',
            incoming: '/orders/9',
            words: 'path: recorded /orders/8, incoming /orders/9',
          },
          { part: 'query', name: 'page', recorded: '"2"', words: 'query page: recorded "2", not in this request' },
        ],
      },
    ],
    suggestions: [
      `record it: ${record} --no-redact`,
      'ask the real server when a recording is missing, and keep its answer: retake replay cassettes/shop.cassette --on-miss record',
    ],
    advice: [
      { words: 'record it', command: `${record} --no-redact` },
      {
        words: 'ask the real server when a recording is missing, and keep its answer',
        command: 'retake replay cassettes/shop.cassette --on-miss record',
      },
    ],
  });
});

test('the same words on a terminal', async () => {
  const replay = await startReplay(replayable({ key, exchanges: [{ target: '/orders/7' }] }));
  const report = await missOf(replay, 'GET /orders/9\nX-Retake-Lane: two');
  expect(formatMiss(report)).toEqual([
    'no recording answers GET /orders/9 (shop:session-1, lane two)',
    '  nothing was recorded at this path',
    '  near shop:session-1/0 GET /orders/7 (distance 0.35)',
    '    − path /orders/7',
    '    + path /orders/9',
    `  help: record it: ${record}`,
    '  help: ask the real server when a recording is missing, and keep its answer: retake replay cassettes/shop.cassette --on-miss record',
  ]);
});

test('HEAD gets the head of the answer only', async () => {
  const replay = await startReplay(replayable({ exchanges: [{ target: '/a' }] }));
  const message = await replay.send('HEAD /a');
  expect(valueOf(message.headers, 'x-retake-miss')).toBe('unmatched');
  expect(Number(valueOf(message.headers, 'content-length'))).toBeGreaterThan(100);
});

describe('the reason of an unmatched request', () => {
  test.each<[string, string, string | undefined, string]>([
    ['HEAD /a', 'another method', undefined, 'at this path GET, POST was recorded, but not HEAD'],
    ['GET /a?page=3', 'another query', undefined, 'GET was recorded at this path, but with another query'],
    [`POST /a${json}`, 'another body', '{"n":2}', 'POST was recorded at this path, but with another body'],
    ['GET /nowhere/at/all', 'another path', undefined, 'nothing was recorded at this path'],
  ])('%s: %s', async (head, _, body, reason) => {
    const replay = await startReplay(
      replayable({ exchanges: [{ target: '/a?page=2' }, post('/a', '{"n":1}'), { target: '/other' }] }),
    );
    expect((await missOf(replay, head, body)).reason).toBe(reason);
  });

  test('an empty session', async () => {
    const replay = await startReplay(replayable({ exchanges: [] }));
    const report = await missOf(replay, 'GET /a');
    expect(report.reason).toBe('nothing was recorded');
    expect(report.nearest).toEqual([]);
  });

  test('recorded for another target', async () => {
    const targets = [
      { name: 'api', url: 'http://127.0.0.1:1' },
      { name: 'web', url: 'http://127.0.0.1:2' },
    ];
    const replay = await startReplay(replayable({ targets, exchanges: [{ target: '/a', targetName: 'web' }] }));
    const report = await missOf(replay, 'GET /a');
    expect(report.reason).toBe('it was recorded for another target, not for api');
    expect(report.suggestions[0]).toBe(
      'record it: retake record --target api=http://127.0.0.1:1 --cassette cassettes/shop.cassette --no-redact',
    );
  });
});

test('at most three recordings are named, the nearest ones first', async () => {
  const exchanges = ['/x/1', '/x/2/deep', '/x/2', '/x/3?q=1', '/far'].map((target) => ({ target }));
  const replay = await startReplay(replayable({ exchanges }));
  const { nearest } = await missOf(replay, 'GET /x/9');
  expect(nearest.map(({ target }) => target)).toEqual(['/x/2', '/x/1', '/x/2/deep']);
});

describe('other misses', () => {
  test('after a rule was added to the cassette that is replayed', async () => {
    const file = replayable({ exchanges: [{ target: '/a?n=1' }] });
    const add = (line: string): void => {
      const writer = CassetteWriter.open(file, { create: 'never' });
      writer.addMatchRule({ rule: parseMatchRuleLine(line), author: 'ada', at: 1 });
      reindex(writer);
      writer.close();
    };
    add('GET /b: ignore query n');
    const replay = await startReplay(file);
    expect((await missOf(replay, 'GET /a?n=2')).suggestions.join()).not.toContain('start it anew');
    add('GET /a: ignore query n');
    expect((await missOf(replay, 'GET /a?n=3')).suggestions[0]).toBe(
      'the match rules in the cassette were changed after this replay began: start it anew',
    );
  });

  test('a write that is used up', async () => {
    const replay = await startReplay(
      replayable({
        exchanges: [
          { ...post('/a', '{"n":1}'), answer: 'one' },
          { ...post('/a', '{"n":1}'), answer: 'two' },
        ],
      }),
    );
    await replay.send(`POST /a${json}`, '{"n":1}');
    await replay.send(`POST /a${json}`, '{"n":1}');
    const report = await missOf(replay, `POST /a${json}`, '{"n":1}');
    expect(formatMiss(report)).toEqual([
      'no recording is left for POST /a with a body of 7 bytes (shop:session-1, lane default)',
      '  it was recorded 2 times, and lane default has used that up; the last was shop:session-1/1',
      '  help: give each test a lane of its own with the header x-retake-lane, or start the replay anew',
      '  help: serve the last recording again, as a relaxation: --exhausted last',
      '  help: serve the first recording again and again: --sequence any',
    ]);
    expect(report.code).toBe('exhausted');
  });

  test.each<[string, Outcome, string]>([
    [
      'interrupted',
      { kind: 'failure', code: 'interrupted', message: '' },
      'has no complete answer: the recording was interrupted',
    ],
    [
      'left',
      { kind: 'failure', code: 'client-aborted', message: '' },
      'has no complete answer: the recording client left before it came',
    ],
    [
      'cut',
      responseOutcome({ body: { ...emptyBody, sizeBytes: 0, truncated: true, fullSizeBytes: 4096 } }),
      'holds only the first 0 of 4096 bytes of the answer',
    ],
  ])('a recording that is not complete: %s', async (_, outcome, why) => {
    const replay = await startReplay(replayable({ key, exchanges: [{ target: '/a', outcome }] }));
    expect(formatMiss(await missOf(replay, 'GET /a'))).toEqual([
      'no complete recording answers GET /a (shop:session-1, lane default)',
      `  shop:session-1/0 ${why}`,
      `  help: record it again: ${record}`,
      '  help: ask the real server when a recording is missing, and keep its answer: retake replay cassettes/shop.cassette --on-miss record',
    ]);
  });

  test('a recording that switched protocols, for a request that does not ask for that', async () => {
    const replay = await startReplay(replayable({ key, exchanges: [socket('/ws', [])] }));
    expect(formatMiss(await missOf(replay, 'GET /ws'))).toEqual([
      'no complete recording answers GET /ws (shop:session-1, lane default)',
      '  shop:session-1/0 switched to another protocol, which this request does not ask for',
      `  help: record it: ${record}`,
      '  help: ask the real server when a recording is missing, and keep its answer: retake replay cassettes/shop.cassette --on-miss record',
    ]);
  });

  test('a conversation in which a limit cut a message of the server', async () => {
    const whole = server.text('a long message');
    const cut = { event: { ...whole.event, sizeBytes: 4096 }, payload: whole.payload };
    const replay = await startReplay(replayable({ key, exchanges: [socket('/ws', [cut])] }));
    expect(formatMiss(await missOf(replay, 'GET /ws\nUpgrade: websocket\nConnection: Upgrade'))).toEqual([
      'no complete recording answers GET /ws (shop:session-1, lane default)',
      '  shop:session-1/0 holds only a part of a message of the server',
      `  help: record it again with room for whole messages: ${record}`,
    ]);
  });

  test('recordings that differ only in a secret, without and with the key', async () => {
    const login = (password: string): Recorded => post('/login', JSON.stringify({ user: 'ann', password }));
    const file = replayable({ key, exchanges: [login('first-secret'), login('second-secret')] });
    const ask = async (setup: 'known' | 'unknown'): Promise<string[]> => {
      const replay = await startReplay(file, { setup: { key: setup } });
      return formatMiss(await missOf(replay, `POST /login${json}`, '{"user":"ann","password":"third-secret"}'));
    };
    const reason =
      '  shop:session-1/0 and shop:session-1/1 differ only in ⟦PASSWORD⟧ at json:/password, and what was sent there decides for neither';
    expect(await ask('unknown')).toEqual([
      'several recordings fit POST /login with a body of 40 bytes (shop:session-1, lane default)',
      reason,
      '  help: set RETAKE_REDACT_KEY to the key of the recording, so that the value sent can decide',
    ]);
    expect((await ask('known')).at(-1)).toBe('  help: send a value that was recorded there, or record this one');
  });
});

describe('no secret is shown', () => {
  const secret = 'hunter2-very-secret';

  test.each([
    ['redacted', key],
    ['stored as it was', undefined],
  ])('neither of the request nor of the recording, which was %s', async (_, redactionKey) => {
    const recorded = 'recorded-secret-value';
    const form = ['Host', 'a', 'Content-Type', 'application/x-www-form-urlencoded'];
    const exchanges: Recorded[] = [
      { target: `/a?access_token=${recorded}&page=1` },
      post('/a', JSON.stringify({ user: 'ann', password: recorded })),
      { method: 'PUT', target: '/a', headers: form, body: `user=ann&client_secret=${recorded}` },
    ];
    const replay = await startReplay(replayable({ exchanges, ...(redactionKey ? { key: redactionKey } : {}) }));
    const reports = [
      await missOf(replay, `GET /a?access_token=${secret}&page=2\nAuthorization: Bearer ${secret}`),
      await missOf(replay, `GET /a?page=2&access_token=${secret}&access_token=${secret}`),
      await missOf(replay, `POST /a${json}\nCookie: sid=${secret}`, JSON.stringify({ user: 'bob', password: secret })),
      await missOf(replay, `POST /a${json}`, JSON.stringify({ user: 'bob' })),
      await missOf(
        replay,
        'PUT /a\nContent-Type: application/x-www-form-urlencoded',
        `user=bob&client_secret=${secret}`,
      ),
    ];
    for (const report of reports) {
      const text = JSON.stringify(report) + formatMiss(report).join('\n');
      expect(text).not.toContain(secret);
      expect(text).not.toContain(recorded);
    }
    expect(reports[0]!.asked.target).toBe('/a?access_token=⟦ACCESS_TOKEN⟧&page=2');
    expect(reports[0]!.nearest[0]).toMatchObject({
      target: '/a?access_token=⟦ACCESS_TOKEN⟧&page=1',
      differences: [{ words: 'query page: recorded "1", incoming "2"' }],
    });
  });

  test('control characters of a request do not reach the terminal', async () => {
    const replay = await startReplay(replayable({ exchanges: [{ target: '/a?x=%1b' }] }));
    const report = await missOf(replay, 'GET /a?x=%1b%5b2J');
    expect(formatMiss(report).join('\n')).not.toContain('\u001b');
  });
});

test('a damaged recording is refused by its address; the rest works', async () => {
  const file = replayable({
    key,
    exchanges: [
      { target: '/good', answer: 'good' },
      { target: '/bad', answer: 'bad' },
    ],
  });
  const database = new Database(file);
  database.prepare("UPDATE bodies SET content = x'424144' WHERE content = CAST('bad' AS BLOB)").run();
  database.close();
  const replay = await startReplay(file);
  expect(String((await replay.send('GET /good')).body)).toBe('good');
  const report = await missOf(replay, 'GET /bad');
  expect(report.title).toBe('the recording that answers GET /bad cannot be read');
  expect(report.reason).toMatch(
    /^shop:session-1\/1: cassette .*shop\.cassette is damaged: body [0-9a-f]{64} does not fit its checksum$/,
  );
});
