/** Runs the example shop: `node run-shop.js [--version 1|2] [--port N] [--data FILE]`, until SIGINT or SIGTERM. */
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { createShop } from './shop-server.ts';

const { values } = parseArgs({
  options: {
    version: { type: 'string', default: '1' },
    port: { type: 'string', default: '0' },
    data: { type: 'string', default: ':memory:' },
  },
});

const shop = createShop({ version: values.version === '2' ? 2 : 1, dataFile: values.data });
shop.listen(Number(values.port), '127.0.0.1', () => {
  const { port } = shop.address() as AddressInfo;
  process.stdout.write(`shop version ${values.version} at http://127.0.0.1:${port}\n`);
});

shop.on('error', (problem) => {
  process.stderr.write(
    `error: the shop cannot listen: ${problem.message}\n  choose another --port, or 0 for any free one\n`,
  );
  process.exitCode = 3;
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    shop.close();
    shop.closeAllConnections();
  });
}
