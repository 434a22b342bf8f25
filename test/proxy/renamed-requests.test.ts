import { describe, expect, test } from 'vitest';
import { startReplay } from '../support/replay.ts';
import { get, post, replayable } from '../support/replayable.ts';

const json = '\nContent-Type: application/json';

const [a, b, c, d] = [
  '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  '8c9e6679-7425-40de-944b-e07fc1f90ae7',
  '16fd2706-8baf-433b-82eb-8c7fada847da',
  '7d444840-9dc0-41d1-b245-5ffdce74fad2',
] as const;

describe('requests with values made anew', () => {
  test('are answered, and what is relaxed is in the ledger', async () => {
    const replay = await startReplay(replayable({ exchanges: [post('/pay', `{"id":"${a}","n":1}`, 'paid')] }));
    expect(String((await replay.send(`POST /pay${json}`, `{"n":1,"id":"${b}"}`)).body)).toBe('paid');
    const { ledger } = await replay.stop();
    expect(ledger).toMatchObject({ hits: 1, misses: 0, relaxed: 1, unused: 0 });
    expect(ledger.relaxationList[0]!.words).toContain('make anew');
  });

  test('never stand for an id that a response issued', async () => {
    const exchanges = [post('/orders', '{"n":1}', `{"id":"${a}"}`), get(`/orders/${a}`, 'the order')];
    const replay = await startReplay(replayable({ exchanges }));
    await replay.send(`POST /orders${json}`, '{"n":1}');
    expect(String((await replay.send(`GET /orders/${a}`)).body)).toBe('the order');
    expect((await replay.send(`GET /orders/${b}`)).startLine).toContain('502');
  });

  test('mean the same thing again later, and only in their lane', async () => {
    const exchanges = [
      { ...post(`/docs/${a}`, '{"t":1}', 'made a'), method: 'PUT' },
      { ...post(`/docs/${b}`, '{"t":2}', 'made b'), method: 'PUT' },
      get(`/docs/${a}`, 'doc a'),
      get(`/docs/${b}`, 'doc b'),
    ];
    const replay = await startReplay(replayable({ exchanges }));
    await replay.send(`PUT /docs/${c}${json}`, '{"t":1}');
    await replay.send(`PUT /docs/${d}${json}`, '{"t":2}');
    expect(String((await replay.send(`GET /docs/${d}`)).body)).toBe('doc b');
    expect(String((await replay.send(`GET /docs/${c}`)).body)).toBe('doc a');
    const miss = await replay.send(`GET /docs/${c}\nX-Retake-Lane: other`);
    expect(miss.startLine).toContain('502');
    expect(String(miss.body)).toContain('fit equally');
  });

  test('that fit several recordings are not guessed', async () => {
    const exchanges = [get(`/item?id=${a}`, 'A'), get(`/item?id=${b}`, 'B')];
    const replay = await startReplay(replayable({ exchanges }));
    expect(String((await replay.send(`GET /item?id=${b}`)).body)).toBe('B');
    const miss = await replay.send(`GET /item?id=${c}\nX-Retake-Lane: other`);
    expect(miss.startLine).toContain('502');
    expect(JSON.parse(String(miss.body))).toMatchObject({ code: 'ambiguous' });
  });

  test('are misses under --strict, which names what differs', async () => {
    const replay = await startReplay(replayable({ exchanges: [get(`/a/${a}`, 'x')] }), { strict: true });
    expect(String((await replay.send(`GET /a/${a}`)).body)).toBe('x');
    const miss = await replay.send(`GET /a/${b}\nX-Retake-Lane: other`);
    expect(JSON.parse(String(miss.body))).toMatchObject({ code: 'relaxed' });
  });

  test('mean what was told before, even where the words of a request were recorded', async () => {
    const put = (id: string, n: number) => ({ ...post(`/docs/${id}`, `{"n":${n}}`, `put ${n}`), method: 'PUT' });
    const exchanges = [put(a, 1), put(b, 2), get(`/docs/${a}`, 'one'), get(`/docs/${b}`, 'two')];
    const replay = await startReplay(replayable({ exchanges }));
    // Ids from a seed, given out in another order.
    expect(String((await replay.send(`PUT /docs/${a}${json}`, '{"n":2}')).body)).toBe('put 2');
    expect(String((await replay.send(`PUT /docs/${b}${json}`, '{"n":1}')).body)).toBe('put 1');
    expect(String((await replay.send(`GET /docs/${a}`)).body)).toBe('two');
    expect(String((await replay.send(`GET /docs/${b}`)).body)).toBe('one');
  });

  test('use up the recordings that requests with the recorded values use up', async () => {
    const exchanges = [post('/pay', `{"id":"${a}"}`, 'first'), post('/pay', `{"id":"${b}"}`, 'second')];
    const replay = await startReplay(replayable({ exchanges }));
    expect(String((await replay.send(`POST /pay${json}`, `{"id":"${a}"}`)).body)).toBe('first');
    expect(String((await replay.send(`POST /pay${json}`, `{"id":"${c}"}`)).body)).toBe('second');
    expect((await replay.send(`POST /pay${json}`, `{"id":"${d}"}`)).startLine).toContain('502');
  });

  test('in another spelling are the same values', async () => {
    const put = (id: string, n: number) => ({ ...post(`/docs/${id}`, `{"n":${n}}`, `put ${n}`), method: 'PUT' });
    const exchanges = [put(a, 1), put(b, 2), get(`/docs/${a.toUpperCase()}`, 'one')];
    const replay = await startReplay(replayable({ exchanges }));
    await replay.send(`PUT /docs/${c}${json}`, '{"n":1}');
    await replay.send(`PUT /docs/${d}${json}`, '{"n":2}');
    expect((await replay.send(`GET /docs/${d.toUpperCase()}`)).startLine).toContain('502');
    expect(String((await replay.send(`GET /docs/${c.toUpperCase()}`)).body)).toBe('one');
  });

  test('that could mean several recordings which answer alike decide nothing yet', async () => {
    const exchanges = ['A', 'B'].flatMap((name, i) => [
      get(`/ping?id=${[a, b][i]}`, 'pong'),
      get(`/name?id=${[a, b][i]}`, name),
    ]);
    const replay = await startReplay(replayable({ exchanges }));
    expect(String((await replay.send(`GET /ping?id=${c}`)).body)).toBe('pong');
    expect((await replay.send(`GET /name?id=${c}`)).startLine).toContain('502');
  });

  test('of several people are answered to each with his own', async () => {
    const as = (who: string, id: string) => ({
      ...get(`/inbox?id=${id}`, `mail of ${who}`),
      headers: ['Host', 'shop.test', 'Authorization', `Basic ${Buffer.from(`${who}:x`).toString('base64')}`],
    });
    const replay = await startReplay(replayable({ exchanges: [as('ada', a), as('bob', b)] }));
    const asBob = `Authorization: Basic ${Buffer.from('bob:x').toString('base64')}`;
    expect(String((await replay.send(`GET /inbox?id=${c}\n${asBob}`)).body)).toBe('mail of bob');
  });
});
