import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { recordSession } from '../support/record-session.ts';
import { type SuiteStage, run, stageOf, told } from '../support/suite-stage.ts';
import { tempFolder } from '../support/temp-folder.ts';

interface CrmOptions {
  /** Rows that are there already, by table. */
  readonly customers?: number;
  readonly orders?: number;
  readonly bug?: 'order-of-itself' | 'one-member' | 'swapped' | 'lost-id';
}

/** Customers and orders with serial ids, members with random ones. */
async function startCrm({ customers = 0, orders = 0, bug }: CrmOptions = {}): Promise<string> {
  const ids = { customers, orders };
  const orderRows = new Map<number, object>();
  const members: { id: string; name: string }[] = [];
  const answer = (method: string, path: string, body: Record<string, unknown>): unknown => {
    const key = `${method} ${path.replace(/\/[\w-]+$/, (segment) => (/\d/.test(segment) ? '/:id' : segment))}`;
    switch (key) {
      case 'POST /customers':
        return { id: ++ids.customers, name: body['name'] };
      case 'POST /orders': {
        const id = ++ids.orders;
        orderRows.set(id, { id, customerId: bug === 'order-of-itself' ? id : body['customerId'] });
        return orderRows.get(id);
      }
      case 'GET /orders/:id':
        return orderRows.get(Number(path.split('/')[2]));
      case 'GET /orders':
        return [...orderRows.values()];
      case 'POST /members': {
        const id =
          bug === 'lost-id' ? 'undefined' : bug === 'one-member' ? (members[0]?.id ?? randomUUID()) : randomUUID();
        members.push({ id, name: String(body['name']) });
        return members.at(-1);
      }
      case 'GET /members': {
        const shown =
          bug === 'swapped' ? members.map(({ name }, i) => ({ id: members.at(-1 - i)!.id, name })) : members;
        return { first: shown[0], second: shown[1] };
      }
      default:
        return { id: path.split('/')[2] };
    }
  };
  const server = http.createServer((request, response) => {
    void text(request).then((body) => {
      const parsed = body === '' ? {} : (JSON.parse(body) as Record<string, unknown>);
      const document = JSON.stringify(answer(request.method!, request.url!, parsed) ?? null);
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(document);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

async function ask<T>(url: string, path: string, body?: object): Promise<T> {
  const init = body && { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
  return (await fetch(url + path, { headers: { Connection: 'close' }, ...init })).json() as Promise<T>;
}

/** One customer with two orders. */
async function useOrders(url: string): Promise<void> {
  const customer = await ask<{ id: number }>(url, '/customers', { name: 'Ann' });
  for (let i = 0; i < 2; i++) {
    const order = await ask<{ id: number }>(url, '/orders', { customerId: customer.id });
    await ask(url, `/orders/${order.id}`);
  }
  await ask(url, `/customers/${customer.id}`);
  await ask(url, '/orders');
}

async function useMembers(url: string): Promise<void> {
  for (const name of ['Ann', 'Bob']) {
    const { id } = await ask<{ id: string }>(url, '/members', { name });
    await ask(url, `/members/${id}`);
  }
  await ask(url, '/members');
}

async function recorded(client: (url: string) => Promise<void>): Promise<SuiteStage> {
  const folder = tempFolder();
  return stageOf(await recordSession({ folder, url: await startCrm(), client }), folder);
}

describe('serial ids of several tables', () => {
  test('pass against a server whose tables have other rows already, each its own number', async () => {
    const stage = await recorded(useOrders);
    for (const rows of [{}, { customers: 1, orders: 2 }, { customers: 5 }, { orders: 1 }]) {
      const result = await run(stage, await startCrm(rows));
      expect(told(result)).toEqual([]);
      expect(result.run.verdict).toBe('passed');
    }
  });

  test('an order that names itself as its customer is found, though order 1 may have become order 2', async () => {
    const stage = await recorded(useOrders);
    const result = await run(stage, await startCrm({ customers: 5, orders: 1, bug: 'order-of-itself' }));
    expect(told(result)).toContain('1 body /customerId 1 → 2');
    expect(told(result)).toContain('2 body /customerId 1 → 2');
  });
});

describe('random ids', () => {
  test('pass when each is another one', async () => {
    const stage = await recorded(useMembers);
    expect(told(await run(stage, await startCrm()))).toEqual([]);
  });

  test('two members who have become one are found', async () => {
    const stage = await recorded(useMembers);
    const result = await run(stage, await startCrm({ bug: 'one-member' }));
    expect(result.checks.map(({ verdict }) => verdict)).toEqual([
      'equivalent',
      'equivalent',
      'changed',
      'changed',
      'changed',
    ]);
  });

  test('ids that changed places within one answer are found', async () => {
    const stage = await recorded(useMembers);
    const result = await run(stage, await startCrm({ bug: 'swapped' }));
    expect(result.checks.at(-1)!.verdict).toBe('changed');
  });

  test('an id that is no longer one is found, even where every later answer repeats it', async () => {
    const stage = await recorded(useMembers);
    const result = await run(stage, await startCrm({ bug: 'lost-id' }));
    expect(result.checks[0]!.verdict).toBe('changed');
  });
});
