import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createShop } from '../../src/demo/shop-server.ts';
import { runShopSession } from '../../src/demo/shop-session.ts';
import type { EffectFacts } from '../../src/match/effect-facts.ts';
import { learnEffects } from '../../src/match/learn-effects.ts';
import { isComplete } from '../../src/model/exchange.ts';
import { openReader } from '../support/cassette.ts';
import { recordSession } from '../support/record-session.ts';
import { startReplay, type TestReplay } from '../support/replay.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

/** The demo shop, recorded once with its customer: browses, logs in, orders, changes, pays, cancels, logs out. */
const { folder, remove } = makeTempFolder();
let file = '';
let orderPath = '';
beforeAll(async () => {
  const shop = createShop({ version: 1 });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  const { port } = shop.address() as { port: number };
  file = await recordSession({
    folder,
    url: `http://127.0.0.1:${port}`,
    redaction: 'off',
    client: async (baseUrl) => {
      const answers = await runShopSession({ baseUrl, onStep: () => {} });
      const created = answers.find(({ status }) => status === 201)!;
      orderPath = created.headers.find(([name]) => name === 'location')![1];
    },
  });
  await new Promise((resolve) => shop.close(resolve));
});
afterAll(remove);

/** What the session tells of its exchanges; bodies are compared as they are. */
function factsOf(): EffectFacts[] {
  const reader = openReader(file);
  return Array.from(reader.exchanges(reader.session().id), ({ position, startedAt, request, outcome, ...rest }) => ({
    position,
    startedAt,
    endedAt: startedAt + (rest.durationMs ?? 0),
    targetName: rest.targetName,
    method: request.method,
    path: request.target.replace(/\?.*/, ''),
    requestKey: rest.requestKey,
    ...(isComplete(outcome)
      ? { status: outcome.status, responseDigest: `${outcome.status} ${outcome.body.sha256}` }
      : {}),
  }));
}

describe('the shop', () => {
  test('shows which of its writes change what', () => {
    const facts = factsOf();
    const learned = learnEffects(facts);
    const told = facts.map(({ position, method, path }) => {
      const { isWrite, since } = learned.facts.get(position)!;
      const shown = since === 0 ? 'the beginning' : `${facts[since - 1]!.method} ${facts[since - 1]!.path}`;
      return `${method} ${path}: ${isWrite ? 'writes' : shown}`.replaceAll(orderPath, '/orders/ID');
    });
    expect(told.slice(-15)).toEqual([
      'GET /me: the beginning',
      'POST /login: writes',
      'GET /me: POST /login',
      'POST /orders: writes',
      'GET /orders/ID: POST /orders',
      'PATCH /orders/ID: writes',
      'GET /orders/ID: PATCH /orders/ID',
      'POST /orders/ID/payment: writes',
      'GET /orders/ID/events: POST /orders/ID/payment',
      'GET /orders/ID: POST /orders/ID/payment',
      'GET /orders: POST /orders/ID/payment',
      'DELETE /orders/ID: writes',
      'GET /orders/ID: DELETE /orders/ID',
      'POST /logout: writes',
      'GET /me: POST /logout',
    ]);
  });

  /** A customer of the same shop who looks at other times, and more or less often. */
  async function visit(replay: TestReplay, looks: number): Promise<string[]> {
    const seen: string[] = [];
    const ask = async (head: string, body?: string): Promise<string> => {
      const { startLine, body: answer } = await replay.send(
        body === undefined ? head : `${head}\nContent-Type: application/json`,
        body,
      );
      return `${startLine.split(' ')[1]} ${answer.toString()}`;
    };
    const look = async (target: string, pick: RegExp): Promise<void> => {
      for (let i = 0; i < looks; i++) seen.push(`${target} ${pick.exec(await ask(`GET ${target}`))?.[0] ?? '?'}`);
    };
    const bodies = factsBodies();
    await look('/me', /^\d+/);
    await ask('POST /login', bodies.login);
    await look('/me', /^\d+/);
    await ask('POST /orders', bodies.create);
    await look(orderPath, /"status":"\w+"/);
    await ask(`PATCH ${orderPath}`, bodies.change);
    await look(orderPath, /"quantity":\d+/);
    await ask(`POST ${orderPath}/payment`, bodies.pay);
    await look(orderPath, /"status":"\w+"/);
    await ask(`DELETE ${orderPath}`);
    await look(orderPath, /^\d+/);
    await ask('POST /logout');
    await look('/me', /^\d+/);
    return seen.map((line) => line.replace(orderPath, 'order'));
  }

  function factsBodies(): Record<'login' | 'create' | 'change' | 'pay', string> {
    const reader = openReader(file);
    const bodies = Array.from(reader.exchanges(reader.session().id), ({ request }) => ({
      line: `${request.method} ${request.target}`.replace(orderPath, 'ID'),
      body: String(reader.body(request.body.sha256) ?? ''),
    }));
    const of = (wanted: string): string => bodies.find(({ line }) => line === wanted)!.body;
    return { login: of('POST /login'), create: of('POST /orders'), change: of('PATCH ID'), pay: of('POST ID/payment') };
  }

  test.each([1, 3])('is the same to a customer who looks %i times at everything', async (looks) => {
    const replay = await startReplay(file);
    const seen = await visit(replay, looks);
    const once = [
      '/me 401',
      '/me 200',
      'order "status":"open"',
      'order "quantity":3',
      'order "status":"paid"',
      'order 404',
      '/me 401',
    ];
    expect(seen).toEqual(once.flatMap((line) => Array.from({ length: looks }, () => line)));
    expect((await replay.stop()).ledger.misses).toBe(0);
  });
});
