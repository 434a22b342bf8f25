import type * as X509 from '@peculiar/x509';
import { createPublicKey, type KeyObject } from 'node:crypto';

let loaded: Promise<typeof X509> | undefined;

/** The X.509 library, loaded by whoever makes the first certificate: a proxy without TLS never pays for it. */
export function loadX509(): Promise<typeof X509> {
  // Its container of types needs the metadata API to be there before it.
  loaded ??= import('reflect-metadata').then(() => import('@peculiar/x509'));
  return loaded;
}

/** Keys on P-256 are small, fast to make, and known to every client since TLS 1.2. */
const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
export const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** A private key on P-256 as the library wants it for signing. */
export function signingKey(key: KeyObject): Promise<CryptoKey> {
  const der = new Uint8Array(key.export({ format: 'der', type: 'pkcs8' }));
  return crypto.subtle.importKey('pkcs8', der, keyAlgorithm, false, ['sign']);
}

/** The public half of a private key: SubjectPublicKeyInfo in DER (RFC 5280 §4.1.2.7). */
export function publicKeyInfo(key: KeyObject): Uint8Array<ArrayBuffer> {
  const pem = key.export({ format: 'pem', type: 'pkcs8' });
  return new Uint8Array(createPublicKey(pem).export({ format: 'der', type: 'spki' }));
}
