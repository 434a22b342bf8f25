import tls from 'node:tls';
import { type ClientCertificate, type Endpoint, fitsHost, type UpstreamSettings } from './upstream-settings.ts';

/** Reading all roots takes tens of milliseconds: once for each certificate that we may show. */
const contexts = new WeakMap<UpstreamSettings, Map<ClientCertificate | undefined, tls.SecureContext>>();

/** Whom we trust and who we are towards a server. */
export function secureContextOf(settings: UpstreamSettings, endpoint: Endpoint): tls.SecureContext {
  const shown = settings.clientCertificates.find(({ host }) => host === undefined || fitsHost(host, endpoint));
  let known = contexts.get(settings);
  if (!known) contexts.set(settings, (known = new Map()));
  let context = known.get(shown);
  if (!context) {
    const trusted = trustedPems(settings);
    context = tls.createSecureContext({
      ...(trusted ? { ca: trusted } : {}),
      ...(shown ? { cert: shown.certificatePem, key: shown.keyPem } : {}),
      ...(shown?.passphrase === undefined ? {} : { passphrase: shown.passphrase }),
    });
    known.set(shown, context);
  }
  return context;
}

/** Node's roots, the system's (a company's own CA is often only there), and the file given; undefined for Node's alone. */
function trustedPems({ caPem }: UpstreamSettings): string[] | undefined {
  const bundled = tls.getCACertificates('default');
  const known = new Set(bundled.map((pem) => pem.trim()));
  const added = tls.getCACertificates('system').filter((pem) => !known.has(pem.trim()));
  if (caPem !== undefined) added.push(caPem);
  return added.length === 0 ? undefined : [...bundled, ...added];
}
