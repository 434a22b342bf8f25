import type { CertificateAuthority } from '../proxy/certificate-authority.ts';

/** How a client is made to use a forward listener, to be copied, and what it must trust for HTTPS. */
export function proxyLines(
  listeners: readonly { readonly kind: string; readonly url: string; readonly lane?: string }[],
  authority: Pick<CertificateAuthority, 'name' | 'fingerprint' | 'certificatePath'>,
): string[] {
  const { name, fingerprint, certificatePath } = authority;
  const proxies = listeners.filter(({ kind, lane }) => kind === 'forward' && lane === undefined);
  return [
    // curl reads http_proxy in lower case only.
    ...proxies.map(({ url }) => `  use    http_proxy=${url} HTTP_PROXY=${url} HTTPS_PROXY=${url}`),
    `  CA     ${name}`,
    `         SHA-256 ${fingerprint}`,
    `         ${certificatePath}`,
  ];
}
