import { constants, createHmac, type KeyObject, sign } from 'node:crypto';
import { isJsonObject, parseJsonValue } from '../model/json-value.ts';

/** What the tokens of a test system are signed with. */
export interface JwtKeys {
  /** Private: RSA, EC, Ed25519 or Ed448. */
  readonly key?: KeyObject;
  /** For HS256 and its kin. */
  readonly secret?: string;
}

const curves: Readonly<Record<string, string>> = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' };

/**
 * The same token with another payload (JSON), its header kept byte for byte and signed with the algorithm that it names
 * (RFC 7518 §3.1, RFC 8037); undefined where the keys do not fit that. A token that is not signed (`none`) needs no key.
 */
export function resignJwt(token: string, payload: string, keys: JwtKeys): string | undefined {
  const [header = '', , signature] = token.split('.');
  const read = parseJsonValue(Buffer.from(header, 'base64url').toString());
  const alg = read.ok && isJsonObject(read.value) ? read.value['alg'] : undefined;
  if (typeof alg !== 'string') return undefined;
  const signed = `${header}.${Buffer.from(payload).toString('base64url')}`;
  if (alg.toLowerCase() === 'none' && signature === '') return `${signed}.`;
  const fresh = signatureOf(alg, Buffer.from(signed), keys);
  return fresh && `${signed}.${fresh.toString('base64url')}`;
}

function signatureOf(alg: string, data: Buffer, { key, secret }: JwtKeys): Buffer | undefined {
  const found = /^(HS|RS|PS|ES)(256|384|512)$/.exec(alg);
  if (!found)
    return /^(?:EdDSA|Ed25519|Ed448)$/.test(alg) && isKind(key, /^ed/) ? sign(undefined, data, key) : undefined;
  const [, family, bits] = found;
  const digest = `sha${bits}`;
  switch (family) {
    case 'HS':
      return secret === undefined ? undefined : createHmac(digest, secret).update(data).digest();
    case 'RS':
      return isKind(key, /^rsa$/) ? sign(digest, data, key) : undefined;
    case 'PS':
      return isKind(key, /^rsa/)
        ? sign(digest, data, {
            key,
            padding: constants.RSA_PKCS1_PSS_PADDING,
            saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
          })
        : undefined;
    default:
      return isKind(key, /^ec$/) && key.asymmetricKeyDetails?.namedCurve === curves[alg]
        ? sign(digest, data, { key, dsaEncoding: 'ieee-p1363' })
        : undefined;
  }
}

function isKind(key: KeyObject | undefined, kind: RegExp): key is KeyObject {
  return key?.asymmetricKeyType !== undefined && kind.test(key.asymmetricKeyType);
}
