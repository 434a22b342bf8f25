/** What the shop answered to one request, as the client saw it. */
export interface ShopAnswer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Names in lower case, in the order fetch gives them. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Decoded body. */
  readonly body: Buffer;
}

export interface ShopSessionOptions {
  readonly baseUrl: string;
  /** Called after each step with what was done, in words. */
  readonly onStep: (line: string) => void;
}

interface Question {
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly expect?: number;
}

interface Product {
  readonly id: string;
  readonly name: string;
}

interface Page {
  readonly items: readonly Product[];
  readonly next_cursor: string | null;
}

interface Login {
  readonly token: string;
  readonly customer: { readonly name: string };
}

interface OrderView {
  readonly id: string;
  readonly status: string;
  readonly lines: readonly { readonly product_id: string; readonly quantity: number }[];
}

/** The example customer: a name for the demo, no secret of anybody. */
export const demoCustomer = { email: 'ada@example.com', password: 'analytical-engine' } as const;

/**
 * A customer's visit to the shop, with fetch, as any client program would do it: browses, logs in, orders, follows the
 * order, changes her mind. Throws when the shop answers something a customer could not work with.
 */
export async function runShopSession({ baseUrl, onStep }: ShopSessionOptions): Promise<readonly ShopAnswer[]> {
  const { ask, answers } = shopClient(baseUrl);

  await ask('GET', '/');
  const products: Product[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = json(await ask('GET', cursor ? `/products?limit=4&cursor=${cursor}` : '/products?limit=4')) as Page;
    products.push(...page.items);
    cursor = page.next_cursor;
  }
  check(products.length === 10, 'ten products');
  onStep(`browsed ${products.length} products on 3 pages (gzip)`);

  const [first, second] = products as [Product, Product];
  const page = await ask('GET', `/products/${first.id}`);
  const image = await ask('GET', `/products/${first.id}/image.png`);
  check(image.body.subarray(1, 4).toString() === 'PNG', 'a PNG image');
  const etag = page.headers.find(([name]) => name === 'etag')?.[1] ?? '';
  await ask('GET', `/products/${first.id}`, { headers: { 'If-None-Match': etag }, expect: 304 });
  await ask('GET', '/products/perpetual-motion', { expect: 404 });
  onStep(`looked at "${first.name}": its page, its picture (${image.body.length} bytes), and again (304)`);

  await ask('GET', '/me', { expect: 401 });
  const { token, customer } = json(await ask('POST', '/login', { json: demoCustomer })) as Login;
  const asCustomer = { Authorization: `Bearer ${token}` };
  await ask('GET', '/me', { headers: asCustomer });
  onStep(`logged in as ${customer.name}`);

  const created = await ask('POST', '/orders', {
    headers: asCustomer,
    json: {
      lines: [
        { product_id: first.id, quantity: 2 },
        { product_id: second.id, quantity: 1 },
      ],
    },
    expect: 201,
  });
  const order = json(created) as OrderView;
  const orderPath = created.headers.find(([name]) => name === 'location')?.[1] ?? '';
  check(orderPath === `/orders/${order.id}`, 'the address of the new order');
  await ask('GET', orderPath, { headers: asCustomer });
  const changed = await ask('PATCH', orderPath, {
    headers: asCustomer,
    json: { lines: [{ product_id: first.id, quantity: 3 }] },
  });
  check((json(changed) as OrderView).lines[0]?.quantity === 3, 'the new quantity');
  await ask('GET', orderPath, { headers: asCustomer });
  await ask('POST', `${orderPath}/payment`, { headers: asCustomer, json: { method: 'invoice' } });
  onStep('ordered two things, read the order, changed it, read it again, paid');

  const events = await ask('GET', `${orderPath}/events`, { headers: asCustomer });
  check(events.body.includes('event: paid'), 'news of the payment');
  const paid = json(await ask('GET', orderPath, { headers: asCustomer })) as OrderView;
  check(paid.status === 'paid', 'a paid order');
  await ask('GET', '/orders', { headers: asCustomer });
  onStep('followed the order by server-sent events');

  await ask('DELETE', orderPath, { headers: asCustomer, expect: 204 });
  await ask('GET', orderPath, { headers: asCustomer, expect: 404 });
  await ask('POST', '/logout', { headers: asCustomer, expect: 204 });
  await ask('GET', '/me', { headers: asCustomer, expect: 401 });
  onStep('deleted it, and logged out');
  return answers;
}

/** Asks the shop and keeps its cookies and every answer. */
function shopClient(baseUrl: string): {
  readonly ask: (method: string, path: string, question?: Question) => Promise<ShopAnswer>;
  readonly answers: readonly ShopAnswer[];
} {
  const cookies = new Map<string, string>();
  const answers: ShopAnswer[] = [];
  const ask = async (method: string, path: string, question: Question = {}): Promise<ShopAnswer> => {
    const headers = new Headers(question.headers);
    if (cookies.size > 0) headers.set('Cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    if (question.json !== undefined) headers.set('Content-Type', 'application/json');
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers,
      redirect: 'manual',
      ...(question.json !== undefined && { body: JSON.stringify(question.json) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';', 1)[0]!.split('=', 2);
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const body = Buffer.from(await response.arrayBuffer());
    const answer = { method, path, status: response.status, headers: [...response.headers], body };
    answers.push(answer);
    check(answer.status === (question.expect ?? 200), `status ${question.expect ?? 200} for ${method} ${path}`, answer);
    return answer;
  };
  return { ask, answers };
}

function check(isRight: boolean, wanted: string, answer?: ShopAnswer): void {
  if (isRight) return;
  const got = answer ? `, got ${answer.status}: ${answer.body.toString('utf8').slice(0, 500)}` : '';
  throw new Error(`the customer expected ${wanted}${got}`);
}

function json(answer: ShopAnswer): unknown {
  return JSON.parse(answer.body.toString('utf8'));
}
