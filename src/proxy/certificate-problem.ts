import type { DetailedPeerCertificate } from 'node:tls';
import type { Endpoint } from './upstream-settings.ts';

/**
 * Why a server's certificate is not accepted, in words: what is wrong with it and which option helps. `code` is that of
 * Node's TLS layer.
 */
export function certificateProblem(
  code: string,
  endpoint: Pick<Endpoint, 'hostname'>,
  certificate: DetailedPeerCertificate,
): Error & { readonly code: string } {
  const { hostname } = endpoint;
  const exception = `--insecure-upstream ${hostname}`;
  const cause = wordsOf(code, hostname, certificate);
  const help = isAboutIssuer(code)
    ? `add --upstream-ca FILE with its issuer's certificate, or ${exception}`
    : `${exception} goes on all the same`;
  return Object.assign(new Error(`${cause}; ${help}`), { code });
}

function isAboutIssuer(code: string): boolean {
  return /SELF_SIGNED|UNABLE_TO/.test(code);
}

function wordsOf(code: string, hostname: string, certificate: DetailedPeerCertificate): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED': {
      const expired = chainOf(certificate).find(({ valid_to: end }) => Date.parse(end) < Date.now()) ?? certificate;
      return `${ownerIn(certificate, expired)} expired on ${dayOf(expired.valid_to)}`;
    }
    case 'CERT_NOT_YET_VALID': {
      const early = chainOf(certificate).find(({ valid_from: start }) => Date.parse(start) > Date.now()) ?? certificate;
      return `${ownerIn(certificate, early)} is valid only from ${dayOf(early.valid_from)} on`;
    }
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `its certificate is for ${namesIn(certificate)}, not for ${hostname}`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return 'its certificate is self-signed: nobody this machine trusts vouches for it';
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return `its certificate was issued by ${issuerOf(certificate)}, which this machine does not trust`;
    default:
      return 'its certificate is not valid';
  }
}

/** From the server's own to the last one known; a root names itself as its issuer. */
function chainOf(first: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  for (let one: DetailedPeerCertificate | undefined = first; one && !chain.includes(one); one = one.issuerCertificate) {
    chain.push(one);
  }
  return chain;
}

function ownerIn(first: DetailedPeerCertificate, one: DetailedPeerCertificate): string {
  return one === first ? 'its certificate' : `the certificate of its issuer ${nameOf(one.subject)}`;
}

/** The last one in the chain says whom one would have to trust. */
function issuerOf(certificate: DetailedPeerCertificate): string {
  return nameOf(chainOf(certificate).at(-1)!.issuer);
}

function nameOf(name: DetailedPeerCertificate['subject'] | undefined): string {
  const words = name?.CN ?? name?.O ?? name?.OU;
  // Whatever the server wrote there goes to terminals.
  return words === undefined ? 'somebody without a name' : JSON.stringify(String(words));
}

function namesIn({ subjectaltname: names, subject }: DetailedPeerCertificate): string {
  if (!names) return `${nameOf(subject)} alone and names no host`;
  const all = names.split(', ').map((entry) => entry.replace(/^(?:DNS|IP Address):/, ''));
  const shown = all.slice(0, 5).join(', ');
  return all.length > 5 ? `${shown} and ${all.length - 5} more names` : shown;
}

/** `2026-03-01`. */
function dayOf(date: string): string {
  const time = Date.parse(date);
  return Number.isNaN(time) ? date : new Date(time).toISOString().slice(0, 10);
}
