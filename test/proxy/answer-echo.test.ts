import { describe, expect, test } from 'vitest';
import { parseMatchRuleLine } from '../../src/model/match-rule-grammar.ts';
import { openLayers } from '../../src/proxy/open-layers.ts';
import { openReader } from '../support/cassette.ts';
import { startReplay, type TestReplay } from '../support/replay.ts';
import { get, post, type Recorded, replayable, type ReplayableSession } from '../support/replayable.ts';
import { tempFolder } from '../support/temp-folder.ts';

const json = '\nContent-Type: application/json';

const [a, b, c, d] = [
  '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  '8c9e6679-7425-40de-944b-e07fc1f90ae7',
  '16fd2706-8baf-433b-82eb-8c7fada847da',
  '7d444840-9dc0-41d1-b245-5ffdce74fad2',
] as const;

async function replayUnder(session: ReplayableSession, ...lines: readonly string[]): Promise<TestReplay> {
  const file = replayable(session);
  const rules = lines.map(parseMatchRuleLine);
  const { layers } = await openLayers([openReader(file)], { session: undefined, rules, folder: tempFolder() });
  return startReplay(file, { layers: layers.map((layer) => ({ ...layer, cassette: 'shop' })) });
}

const ask = async (replay: TestReplay, head: string, body?: string): Promise<string> =>
  String((await replay.send(head, body)).body);

function changesOf({ events }: TestReplay) {
  return events.map((event) => (event.kind === 'hit' ? event.changes : event.kind));
}

describe('values that the client made anew', () => {
  test('stand in the answer to the request that brought them, its headers and its length included', async () => {
    const answer = `{"id":"${a}","self":"/docs/${a}"}`;
    const recorded: Recorded = {
      ...post('/docs', `{"id":"${a}"}`, answer),
      response: {
        headers: [
          'Location',
          `/docs/${a}`,
          'Content-Type',
          'application/json',
          'Content-Length',
          String(answer.length),
        ],
      },
    };
    const replay = await startReplay(replayable({ exchanges: [recorded] }));
    const response = await replay.send(`POST /docs${json}`, `{"id":"${b}"}`);
    expect(String(response.body)).toBe(answer.replaceAll(a, b));
    expect(response.headers).toContainEqual(['Location', `/docs/${b}`]);
    expect(response.complete).toBe(true);
    expect(changesOf(replay)).toEqual([
      [
        { place: 'header:location', from: 'echo', count: 1 },
        { place: 'body', from: 'echo', count: 2 },
      ],
    ]);
  });

  test('stand in later answers of their lane, and of no other', async () => {
    const list = `[{"id":"${a}"},{"id":"${b}"}]`;
    const exchanges = [
      { ...post(`/docs/${a}`, '{"t":1}', 'made a'), method: 'PUT' },
      { ...post(`/docs/${b}`, '{"t":2}', 'made b'), method: 'PUT' },
      get('/docs', list),
      get(`/docs/${b}`, `the doc ${b}`),
    ];
    const replay = await startReplay(replayable({ exchanges }));
    await replay.send(`PUT /docs/${c}${json}`, '{"t":1}');
    await replay.send(`PUT /docs/${d}${json}`, '{"t":2}');
    expect(await ask(replay, 'GET /docs')).toBe(list.replace(a, c).replace(b, d));
    expect(await ask(replay, `GET /docs/${d}`)).toBe(`the doc ${d}`);
    expect(await ask(replay, 'GET /docs\nX-Retake-Lane: other')).toBe(list);
  });

  test('come back from the headers in which they were sent, and mean the same later', async () => {
    const exchanges: Recorded[] = [
      {
        ...post('/pay', '{"n":1}', `{"request":"${a}"}`),
        headers: ['Content-Type', 'application/json', 'X-Request-Id', a],
      },
      {
        ...post('/pay', '{"n":2}', `{"request":"${b}"}`),
        headers: ['Content-Type', 'application/json', 'X-Request-Id', b],
      },
      get(`/logs/${a}`, 'log a'),
      get(`/logs/${b}`, 'log b'),
    ];
    const replay = await startReplay(replayable({ exchanges }));
    expect(await ask(replay, `POST /pay${json}\nX-Request-Id: ${c}`, '{"n":1}')).toBe(`{"request":"${c}"}`);
    expect(await ask(replay, `POST /pay${json}\nX-Request-Id: ${d}`, '{"n":2}')).toBe(`{"request":"${d}"}`);
    expect(await ask(replay, `GET /logs/${d}`)).toBe('log b');
    expect(await ask(replay, `GET /logs/${c}`)).toBe('log a');
  });

  test('are echoed of each traceparent of its own, and not where the client sends none', async () => {
    const parent = `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`;
    const other = `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`;
    const recorded: Recorded = {
      target: '/a',
      headers: ['Host', 'shop.test', 'traceparent', parent],
      answer: 'x',
      response: { headers: ['X-Trace', parent, 'Content-Length', '1'] },
    };
    const replay = await startReplay(replayable({ exchanges: [recorded] }));
    expect((await replay.send(`GET /a\ntraceparent: ${other}`)).headers).toContainEqual(['X-Trace', other]);
    expect((await replay.send('GET /a\nX-Retake-Lane: two')).headers).toContainEqual(['X-Trace', parent]);
  });

  test('are those that a rule lets differ', async () => {
    const session = {
      exchanges: [post('/users', '{"name":"anna-smith"}', '{"hello":"anna-smith","n":"anna-smithee"}')],
    };
    const replay = await replayUnder(session, 'POST /users: type json $.name as any');
    expect(await ask(replay, `POST /users${json}`, '{"name":"b\\"ob"}')).toBe('{"hello":"b\\"ob","n":"anna-smithee"}');
  });

  test('are ignored ones of the query, such as the name of a callback', async () => {
    const recorded = { ...get('/data?cb=jQuery1700000000_1&n=1&v=22', 'jQuery1700000000_1({"v":22})') };
    const replay = await replayUnder(
      { exchanges: [recorded] },
      'GET /data: ignore query cb',
      'GET /data: ignore query v',
    );
    expect(await ask(replay, 'GET /data?cb=callback7&n=1&v=33')).toBe('callback7({"v":22})');
  });

  test('never are secrets: what redaction would have replaced does not get into an answer', async () => {
    const headers = ['Content-Type', 'application/json', 'X-Api-Key', a, 'X-Request-Id', b];
    const exchanges: Recorded[] = [{ ...post('/pay', '{"n":1}', `{"key":"${a}","request":"${b}"}`), headers }];
    const replay = await startReplay(replayable({ exchanges }));
    const sent = `POST /pay${json}\nX-Api-Key: ${c}\nX-Request-Id: ${d}`;
    expect(await ask(replay, sent, '{"n":1}')).toBe(`{"key":"${a}","request":"${d}"}`);
  });
});

test('an exact repetition is served as it was recorded, without a change to tell of', async () => {
  const replay = await startReplay(replayable({ exchanges: [post('/docs', `{"id":"${a}"}`, `{"id":"${a}"}`)] }));
  expect(await ask(replay, `POST /docs${json}`, `{"id":"${a}"}`)).toBe(`{"id":"${a}"}`);
  expect(changesOf(replay)).toEqual([[]]);
});

test('an index that cannot be read makes a miss, not a crash', async () => {
  const headers = ['Host', 'shop.test', 'X-Request-Id', a];
  const file = replayable({ exchanges: [{ target: '/a', headers, answer: a }] });
  const { layers } = await openLayers([openReader(file)], { session: undefined, rules: [], folder: tempFolder() });
  const lookup = new Proxy(layers[0]!.lookup!, {
    get: (index, name) => {
      if (name === 'echo') throw new Error('the disk is gone');
      const member: unknown = Reflect.get(index, name);
      return typeof member === 'function' ? (member.bind(index) as unknown) : member;
    },
  });
  const replay = await startReplay(file, { layers: layers.map((layer) => ({ ...layer, lookup })) });
  const miss = await replay.send(`GET /a\nX-Request-Id: ${b}`);
  expect(JSON.parse(String(miss.body))).toMatchObject({ code: 'unreadable' });
  expect(String(miss.body)).toContain('the disk is gone');
  expect(String((await replay.send('GET /a')).body)).toBe(a);
});
