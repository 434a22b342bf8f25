// A server to record from: orders and stock, in memory. It listens on port 4700, or on PORT.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

interface Order {
  readonly id: number;
  readonly item: string;
  readonly reference: string;
  readonly placedAt: string;
}

const orders: Order[] = [];
const stock = new Map([
  ['lamp', 5],
  ['chair', 3],
  ['desk', 2],
]);

const server = createServer((request, response) => void serve(request, response));

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://orders');
  const answer = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
    response.end(`${JSON.stringify(body)}\n`);
  };
  if (request.method === 'POST' && pathname === '/orders') {
    const { item, reference } = JSON.parse(await text(request)) as Pick<Order, 'item' | 'reference'>;
    const order = { id: 1000 + orders.length, item, reference, placedAt: new Date().toISOString() };
    orders.push(order);
    stock.set(item, (stock.get(item) ?? 1) - 1);
    answer(201, order);
  } else if (pathname.startsWith('/orders/')) {
    const found = orders.filter(({ reference }) => pathname === `/orders/${reference}`);
    answer(200, found);
  } else if (pathname.startsWith('/stock/')) {
    answer(200, { left: stock.get(pathname.slice('/stock/'.length)) ?? 0 });
  } else {
    answer(404, { error: 'no such page' });
  }
}

const port = Number(process.env['PORT'] ?? 4700);
server.listen(port, '127.0.0.1', () => console.log(`orders on http://127.0.0.1:${port}`));
