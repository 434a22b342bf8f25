import { createHash } from 'node:crypto';

/** Java's own default; the digest it makes guards against damage, not against people. */
const password = 'changeit';
const magic = 0xfeed_feed;
const version = 2;
const trustedCertificateTag = 2;
/** Part of the digest in every Java key store since 1996 (sun.security.provider.JavaKeyStore). */
const whitener = 'Mighty Aphrodite';

/**
 * Certificates (PEM, one each) as a Java key store of type JKS, which every Java reads with and without a password. Made
 * here and not with `keytool`, which takes a second of every start and is not in every image that runs Java.
 *
 * magic, version, count (4 bytes each); each entry: tag (4), alias, time (8), type, length (4), DER; SHA-1 of the password
 * in UTF-16BE, the whitener, and all of it. Texts are UTF-8 after two bytes of length.
 */
export function javaTrustStore(certificates: readonly string[]): Buffer {
  const entries = certificates.flatMap((pem, index) => {
    const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    return [
      int32(trustedCertificateTag),
      text(`retake-${index}`),
      Buffer.alloc(8),
      text('X.509'),
      int32(der.length),
      der,
    ];
  });
  const contents = Buffer.concat([int32(magic), int32(version), int32(certificates.length), ...entries]);
  const digest = createHash('sha1')
    .update(Buffer.from(password, 'utf16le').swap16())
    .update(whitener)
    .update(contents)
    .digest();
  return Buffer.concat([contents, digest]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
