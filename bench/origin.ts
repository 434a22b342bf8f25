/**
 * The origin of the benchmarks, and the bare `node:http` server that replay is measured against: 1 KiB of JSON on every
 * path, the same for a POST whose body it reads, and `/bytes/N`, a download of N bytes. Prints its URL.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';

/** Exactly 1,024 bytes of ordinary JSON. */
const answer = Buffer.from(
  JSON.stringify({ id: 4711, name: 'a product', tags: ['new', 'blue'], text: 'x'.repeat(962) }),
);
const headers = ['Content-Type', 'application/json', 'Content-Length', String(answer.length)];
const piece = Buffer.alloc(256 * 1024, 'retake ');

function* pieces(size: number): Iterable<Buffer> {
  for (let left = size; left > 0; left -= piece.length) yield left >= piece.length ? piece : piece.subarray(0, left);
}

const server = createServer((request, response) => {
  const download = /^\/bytes\/(\d+)$/.exec(request.url ?? '');
  if (download) {
    const size = Number(download[1]);
    response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': size });
    pipeline(Readable.from(pieces(size)), response, () => {});
    return;
  }
  const send = (): void => void response.writeHead(200, headers).end(answer);
  if (request.method === 'GET') send();
  else request.resume().on('end', send);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(`at http://127.0.0.1:${(server.address() as AddressInfo).port}`));
