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
    const miss = await replay.send(`GET /a/${b}`);
    expect(JSON.parse(String(miss.body))).toMatchObject({ code: 'relaxed' });
  });
});
