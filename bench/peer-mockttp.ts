/** Mockttp with N rules: `node peer-mockttp.ts FOLDER N`. Prints its URL. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { itemText } from './peers.ts';

/** What of mockttp is used here; it is installed outside the project. */
interface Mockttp {
  readonly getLocal: (options: { readonly recordTraffic: boolean }) => {
    readonly start: () => Promise<void>;
    readonly url: string;
    readonly forGet: (path: string) => {
      readonly always: () => {
        readonly thenReply: (status: number, body: string, headers: object) => Promise<unknown>;
      };
    };
  };
}

const [folder = '.', count = '10'] = process.argv.slice(2);
const { getLocal } = createRequire(path.join(folder, 'package.json'))('mockttp') as Mockttp;
// Otherwise it keeps every request, for tests to look at.
const server = getLocal({ recordTraffic: false });
await server.start();
for (let i = 0; i < Number(count); i += 1) {
  const body = itemText(i);
  const headers = { 'Content-Type': 'application/json', 'Content-Length': String(body.length) };
  await server.forGet(`/items/${i}`).always().thenReply(200, body, headers);
}
console.log(`at ${server.url.replace('localhost', '127.0.0.1')}`);
