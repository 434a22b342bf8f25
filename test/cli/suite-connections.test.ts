import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { suiteConnections } from '../../src/cli/suite-connections.ts';
import { openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';
import { upstreamSettings } from '../../src/proxy/upstream-settings.ts';
import { startChatServer } from '../support/chat-server.ts';
import { openGrpcClient, startGrpcServer } from '../support/grpc.ts';
import { recordSession } from '../support/record-session.ts';
import { run, stageOf, told, verdicts } from '../support/suite-stage.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openSocket } from '../support/web-socket.ts';

/** TLS of a private authority before a server without it. */
async function startTlsFront(folder: string, port: number): Promise<{ readonly url: string; readonly caPem: string }> {
  const authority = await openCertificateAuthority(path.join(folder, 'server-ca'));
  const context = await authority.secureContextFor('localhost');
  const server = tls.createServer(
    { SNICallback: (_name, done) => done(null, context), ALPNProtocols: ['h2', 'http/1.1'] },
    (socket) => {
      const behind = net.connect(port, '127.0.0.1');
      socket.pipe(behind).pipe(socket);
      for (const one of [socket, behind])
        one.on('error', () => {}).on('close', () => [socket, behind].forEach((each) => each.destroy()));
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  return { url, caPem: readFileSync(authority.certificatePath, 'utf8') };
}

test('WebSockets and gRPC calls go over TLS to servers of an authority that is given', async () => {
  const folder = tempFolder();
  const chat = await startChatServer();
  const talked = await recordSession({
    folder,
    url: chat.url,
    client: async (url) => {
      const talk = await openSocket(url);
      await talk.first(1);
      talk.socket.send('{"bye":true}');
      await talk.closed;
    },
  });
  const { port } = await startGrpcServer();
  const called = await recordSession({
    folder,
    cassette: 'calls',
    url: `http://127.0.0.1:${port}`,
    client: async (url) => void (await openGrpcClient(Number(new URL(url).port)).list('3')),
  });
  for (const [file, behind] of [
    [talked, Number(new URL(chat.url).port)],
    [called, port],
  ] as const) {
    const { url, caPem } = await startTlsFront(folder, behind);
    const stage = stageOf(file);
    const trusted = await run(stage, url, { connections: suiteConnections(upstreamSettings({ caPem })) });
    expect(told(trusted)).toEqual([]);
    expect(verdicts(trusted)).toHaveLength(1);
    expect(verdicts(await run(stage, url))).toEqual(['failed']);
  }
});
