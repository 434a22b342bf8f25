import net from 'node:net';
import tls, { type TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import { ByteReader, type RawMessage } from './byte-reader.ts';
import { connectRaw, type RawClient } from './raw-client.ts';

/** Connects through a forward proxy (RFC 9110 §9.3.6). Gives its answer, and the connection to go on with. */
export async function connectThrough(
  port: number,
  authority: string,
): Promise<{ readonly answer: RawMessage; readonly client: RawClient }> {
  const client = await connectRaw(port);
  onTestFinished(client.close);
  await client.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  return { answer: await client.read.response('CONNECT'), client };
}

/** The same, and TLS inside, verified against `ca` with the name of the authority. */
export async function connectSecurely(
  port: number,
  authority: string,
  options: { readonly ca: string; readonly alpn?: readonly string[]; readonly headers?: readonly string[] },
): Promise<{ readonly socket: TLSSocket; readonly reader: () => ByteReader }> {
  const socket = net.connect({ port, host: '127.0.0.1' });
  onTestFinished(() => void socket.destroy());
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`, ...(options.headers ?? []), '', ''];
  socket.write(lines.join('\r\n'));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', (bytes: Buffer) => {
      if (bytes.toString() === 'HTTP/1.1 200 Connection established\r\n\r\n') resolve();
      else reject(new Error(bytes.toString()));
    });
  });
  const host = authority.replace(/:\d+$/, '');
  const secure = tls.connect({
    socket,
    ca: options.ca,
    ...(net.isIP(host) === 0 ? { servername: host } : { host }),
    ...(options.alpn ? { ALPNProtocols: [...options.alpn] } : {}),
  });
  onTestFinished(() => void secure.destroy());
  await new Promise<void>((resolve, reject) => {
    secure.once('secureConnect', resolve);
    secure.once('error', reject);
  });
  return { socket: secure, reader: () => new ByteReader(secure) };
}
