import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';

export interface HttpsServer {
  /** `https://localhost:PORT`. */
  readonly url: string;
  readonly port: number;
  /** File of the private authority that issued its certificate; no system trusts it. */
  readonly caFile: string;
  readonly close: () => void;
}

/** A server for `localhost` with a certificate of a private authority in `folder`. Without a port on a free one. */
export async function startHttpsServer(folder: string, onRequest: RequestListener): Promise<HttpsServer> {
  const authority = await openCertificateAuthority(path.join(folder, 'server-ca'));
  const context = await authority.secureContextFor('localhost');
  const server = createServer({ SNICallback: (_name, done) => done(null, context) }, onRequest);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://localhost:${port}`,
    port,
    caFile: authority.certificatePath,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
