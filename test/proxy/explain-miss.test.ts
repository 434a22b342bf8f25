import { describe, expect, onTestFinished, test } from 'vitest';
import { parseMatchRuleLine } from '../../src/model/match-rule-grammar.ts';
import type { MissReport } from '../../src/model/miss-report.ts';
import { formatMiss } from '../../src/proxy/miss-text.ts';
import { openLayers } from '../../src/proxy/open-layers.ts';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { fixedTime, openReader } from '../support/cassette.ts';
import { matchRules } from '../support/match-rules.ts';
import { startReplay, type TestReplay } from '../support/replay.ts';
import { get, post, type Recorded, replayable } from '../support/replayable.ts';
import { tempFolder } from '../support/temp-folder.ts';

const key = Buffer.alloc(32, 7);
const json = '\nContent-Type: application/json';
const uuids = ['0f8fad5b-d9cb-469f-a165-70867728950e', '7c9e6679-7425-40de-944b-e07fc1f90ae7'] as const;
const add = 'retake rules add cassettes/shop.cassette';

async function replayOf(exchanges: readonly Recorded[], rules: readonly string[] = []): Promise<TestReplay> {
  const file = replayable({ key, exchanges });
  if (rules.length === 0) return startReplay(file);
  const { layers, close } = await openLayers([openReader(file)], {
    session: undefined,
    rules: matchRules(...rules),
    folder: tempFolder(),
  });
  onTestFinished(close);
  return startReplay(file, { layers: layers.map((layer) => ({ ...layer, cassette: 'shop' })) });
}

async function missOf(replay: TestReplay, head: string, body?: string): Promise<MissReport> {
  await replay.send(head, body);
  const last = replay.events.at(-1);
  if (last?.kind !== 'miss') throw new Error('that was not a miss');
  return last.report;
}

/** What is likely, and what to paste for it. */
function likely({ cause, advice }: MissReport): readonly (string | undefined)[] {
  const rule = advice.find(({ command }) => command?.includes('rules add'));
  return [cause?.class, cause?.place, cause?.words, rule?.command];
}

test('a miss on the terminal, word for word', async () => {
  const replay = await replayOf([get('/search?q=tea&nonce=a1', 'found'), get('/search/help', 'help')]);
  expect(formatMiss(await missOf(replay, 'GET /search?q=tea&nonce=b2'))).toEqual([
    'no recording answers GET /search?q=tea&nonce=b2 (shop:session-1, lane default)',
    '  GET was recorded at this path, but with another query',
    '  likely: the value of query `nonce` differs: query values are never confused',
    '  near shop:session-1/0 GET /search?q=tea&nonce=a1 (distance 0.06)',
    '    − query nonce "a1"',
    '    + query nonce "b2"',
    '  near shop:session-1/1 GET /search/help (distance 0.5)',
    '    − path /search/help',
    '    + path /search',
    '    + query nonce "b2"',
    '    + query q "tea"',
    `  help: if that changes nothing in the answer, say so and start the replay anew: ${add} 'GET /search: ignore query nonce'`,
    '  help: record it: retake record --target http://127.0.0.1:3000 --cassette cassettes/shop.cassette',
    '  help: ask the real server when a recording is missing, and keep its answer: retake replay cassettes/shop.cassette --on-miss record',
  ]);
});

describe('the likely cause', () => {
  test.each<[string, readonly Recorded[], string, string | undefined, readonly (string | undefined)[]]>([
    [
      'a query value, of which two were recorded: no rule would tell them apart',
      [get('/list?page=1', 'one'), get('/list?page=2', 'two')],
      'GET /list?page=3',
      undefined,
      ['query-value', 'query:page[0]', 'the value of query `page` differs: query values are never confused', undefined],
    ],
    [
      'a parameter that was not recorded',
      [get('/list', 'one')],
      'GET /list?debug=1',
      undefined,
      [
        'query-value',
        'query:debug[0]',
        'query `debug` was not recorded with it',
        `${add} 'GET /list: ignore query debug'`,
      ],
    ],
    [
      'another page cursor',
      [get('/list?cursor=abc', 'one')],
      'GET /list?cursor=def',
      undefined,
      [
        'page-cursor',
        'query:cursor[0]',
        'another page cursor at query `cursor`: it says which page is asked for',
        undefined,
      ],
    ],
    [
      'a time that is not of this run',
      [get(`/log?since=${new Date(fixedTime).toISOString()}`, 'log')],
      'GET /log?since=2019-01-01T00:00:00.000Z',
      undefined,
      [
        'not-of-this-run',
        'query:since[0]',
        'the time at query `since` moves with the clock, but the one sent is not of this run',
        `${add} 'GET /log: type query since as timestamp'`,
      ],
    ],
    [
      'a time that says what is asked for',
      [get('/orders?day=2019-05-01T00:00:00Z', 'orders')],
      'GET /orders?day=2019-05-02T00:00:00Z',
      undefined,
      [
        'not-of-the-recording',
        'query:day[0]',
        'the time at query `day` was not made during the recording: it says what is asked for, and is never confused with another',
        `${add} 'GET /orders: type query day as timestamp'`,
      ],
    ],
    [
      'another item order',
      [post('/tags', '{"tags":["a","b"],"n":1}', 'ok')],
      `POST /tags${json}`,
      '{"n":1,"tags":["b","a"]}',
      ['item-order', 'json:/tags', 'only the order of array items differs, at `/tags` of the body', undefined],
    ],
    [
      'another content type',
      [post('/tags', '{"n":1}', 'ok')],
      'POST /tags\nContent-Type: application/x-www-form-urlencoded',
      'n=1',
      [
        'content-type',
        'header:content-type[0]',
        'the content type differs, so the body was read in another way: as JSON when recorded, now as a form',
        undefined,
      ],
    ],
    [
      'a value of the body',
      [post('/orders', '{"item":{"name":"tea"},"note":"a"}', 'ok')],
      `POST /orders${json}`,
      '{"item":{"name":"tea"},"note":"b"}',
      [
        'body-value',
        'json:/note',
        'the value at `/note` of the body differs',
        `${add} 'POST /orders: ignore json $.note'`,
      ],
    ],
    [
      'a body of bytes',
      [post('/upload', 'one', 'ok', 'application/octet-stream')],
      'POST /upload\nContent-Type: application/octet-stream',
      'two',
      ['opaque-body', '', 'the body differs, and is of no kind that is compared by what it means', undefined],
    ],
    [
      'another path',
      [get('/orders/7', 'seven')],
      'GET /orders/9',
      undefined,
      [undefined, undefined, undefined, undefined],
    ],
  ])('%s', async (_, exchanges, head, body, expected) => {
    expect(likely(await missOf(await replayOf(exchanges), head, body))).toEqual(expected);
  });

  test.each([
    ['of a lane that has not asked for it', 0, 'which this lane has not asked for'],
    ['of a lane that was served it', 1, 'and another one was sent'],
  ])('an id that an earlier answer gave out, %s', async (_, asked, course) => {
    const exchanges = [
      post('/orders', '{"item":"tea"}', JSON.stringify({ id: uuids[0] })),
      get(`/orders/${uuids[0]}`, 'tea'),
    ];
    const file = replayable({ key, exchanges });
    const writer = CassetteWriter.open(file, { create: 'never' });
    const { id } = writer.reader().session();
    writer.addFlows(id, [
      {
        from: 0,
        fromPlace: 'json:/id',
        to: 1,
        toPlace: 'path:1',
        prefix: '',
        suffix: '',
        value: uuids[0],
        evidence: 'same value',
      },
    ]);
    writer.close();
    const replay = await startReplay(file);
    if (asked > 0) await replay.send(`POST /orders${json}`, '{"item":"tea"}');
    expect(likely(await missOf(replay, `GET /orders/${uuids[1]}`))).toEqual([
      'issued-value',
      'path:1',
      `\`/orders/<uuid>\`: the id at path segment 2 is a uuid; the recorded one was issued by shop:session-1/0 (POST /orders), ${course}`,
      undefined,
    ]);
  });

  test('an id of the client that stands for another already', async () => {
    const replay = await replayOf([get(`/a?trace=x&id=${uuids[0]}`, 'a'), get(`/b?id=${uuids[0]}`, 'b')]);
    await replay.send(`GET /a?trace=x&id=${uuids[1]}`);
    expect(likely(await missOf(replay, 'GET /b?id=16fd2706-8baf-433b-82eb-8c7fada847da'))).toEqual([
      'bound-value',
      'query:id[0]',
      'the uuid at query `id` changes in each run, and the recorded one was made by the client; but one of the two stands for another in this lane already',
      `${add} 'GET /b: type query id as uuid'`,
    ]);
  });

  test('the same request in a session that is not replayed', async () => {
    const file = replayable({ key, exchanges: [get('/old', 'old')] }, { key, exchanges: [get('/new', 'new')] });
    const report = await missOf(await startReplay(file), 'GET /old');
    expect(likely(report).slice(0, 3)).toEqual([
      'other-session',
      '',
      'the same request was recorded in session session-1 (shop:session-1/0), which is not replayed',
    ]);
    expect(report.suggestions[0]).toBe('replay all sessions: --session all');
  });
});

describe('under match rules', () => {
  test('what does not count is no difference, and what may differ says so', async () => {
    const rules = ['GET /a: ignore query nonce', 'GET /a: type query id as uuid'];
    const replay = await replayOf([get(`/a?nonce=1&id=${uuids[0]}&x=1`, 'a')], rules);
    expect((await missOf(replay, `GET /a?nonce=2&id=${uuids[1]}&x=2`)).nearest[0]?.differences).toEqual([
      { part: 'query', name: 'x', recorded: '"1"', incoming: '"2"', words: 'query x: recorded "1", incoming "2"' },
    ]);
    const [near] = (await missOf(replay, 'GET /a?id=7&x=1')).nearest;
    expect(near?.differences.map(({ words }) => words)).toEqual(['query id: recorded any uuid, incoming "7"']);
  });

  test('a header that a rule lets count', async () => {
    const recorded = { ...get('/a', 'a'), headers: ['Host', 'shop.test', 'Accept-Language', 'en'] };
    const replay = await replayOf([recorded], ['*: match header accept-language']);
    const report = await missOf(replay, 'GET /a\nAccept-Language: de');
    expect(report.nearest[0]?.differences.map(({ words }) => words)).toEqual([
      'header accept-language: recorded "en", incoming "de"',
    ]);
    expect(likely(report)).toEqual([
      'header-value',
      'header:accept-language[0]',
      'a header that the rule `*: match header accept-language` lets count differs',
      `${add} 'GET /a: ignore header accept-language'`,
    ]);
  });

  test('every rule that is proposed makes the request match', async () => {
    const cases: readonly [Recorded, string, string?][] = [
      [get('/s?q=1&nonce=a', 's'), 'GET /s?q=1&nonce=b'],
      [post('/o', '{"a":{"b c":[{"x":1}]}}', 'o'), `POST /o${json}`, '{"a":{"b c":[{"x":2}]}}'],
      [
        post('/f', 'a=1&b=2', 'f', 'application/x-www-form-urlencoded'),
        'POST /f\nContent-Type: application/x-www-form-urlencoded',
        'a=1&b=3',
      ],
      [get('/day/2019-05-01', 'd'), 'GET /day/2019-05-02'],
    ];
    for (const [recorded, head, body] of cases) {
      const { advice } = await missOf(await replayOf([recorded]), head, body);
      const line = /'(.*)'$/.exec(advice.find(({ command }) => command?.includes('rules add'))?.command ?? '')?.[1];
      expect(line).toBeDefined();
      expect(() => parseMatchRuleLine(line!.replaceAll(String.raw`'\''`, "'"))).not.toThrow();
      const replay = await replayOf([recorded], [line!.replaceAll(String.raw`'\''`, "'")]);
      await replay.send(head, body);
      expect(replay.events.at(-1)).toMatchObject({ kind: 'hit' });
    }
  });
});

test('a long value is shown where it differs, and hostile names stay on their line', async () => {
  const long = 'x'.repeat(100);
  const replay = await replayOf([get(`/a?t=${long}1`, 'a')]);
  const report = await missOf(replay, `GET /a?t=${long}2&%0aevil%1b=1`);
  expect(report.nearest[0]?.differences[0]).toMatchObject({ recorded: '…xxxxxxxxxxxx1"', incoming: '…xxxxxxxxxxxx2"' });
  for (const line of formatMiss(report)) expect(line).not.toMatch(/[\n\u001b]/);
  expect(report.advice.some(({ command }) => command?.includes('\n'))).toBe(false);
});
