import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPseudonyms } from '../../src/redact/pseudonym.ts';

const pseudonym = createPseudonyms(Buffer.alloc(32, 7));
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('pseudonyms', () => {
  test('are the same for the same value and key, and others under another key', () => {
    const again = createPseudonyms(Buffer.alloc(32, 7));
    const other = createPseudonyms(Buffer.alloc(32, 8));
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9]{12,40}$/), (value) => {
        expect(again(value)).toBe(pseudonym(value));
        expect(other(value)).not.toBe(pseudonym(value));
      }),
    );
  });

  test('have the length of the value in characters and in UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const stand = pseudonym(value);
        expect(stand.length).toBe(value.length);
        expect(Buffer.byteLength(stand)).toBe(Buffer.byteLength(value));
      }),
      { numRuns: 500 },
    );
  });

  test('never equal the value, however short it is', () => {
    for (const value of ['1', 'a', 'Z', 'é', '?', '***', '7-7', 'x y']) expect(pseudonym(value)).not.toBe(value);
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        fc.pre(value.trim() !== '' && /[\x21-\x7e]/.test(value));
        expect(pseudonym(value)).not.toBe(value);
      }),
    );
  });

  test('differ where values differ', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{12,30}$/), fc.stringMatching(/^[a-z0-9]{12,30}$/), (a, b) => {
        expect(pseudonym(a) === pseudonym(b)).toBe(a === b);
      }),
    );
  });

  test('keep digits, case and punctuation where they stand', () => {
    expect(pseudonym('Ab1-cD2_xyz')).toMatch(/^[A-Z][a-z]\d-[a-z][A-Z]\d_[a-z]{3}$/);
  });

  test('a UUID stays a UUID of its version, variant and case', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const stand = pseudonym(id);
        expect(stand).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        expect([stand[14], stand[19]]).toEqual([id[14], id[19]]);
      }),
    );
    expect(pseudonym('550E8400-E29B-41D4-A716-446655440000')).toMatch(/^[0-9A-F-]{36}$/);
  });

  test('hex stays hex', () => {
    expect(pseudonym('d41d8cd98f00b204e9800998ecf8427e')).toMatch(/^[0-9a-f]{32}$/);
    expect(pseudonym('D41D8CD98F00B204')).toMatch(/^[0-9A-F]{16}$/);
  });

  test('an e-mail address keeps its top-level domain', () => {
    expect(pseudonym('ann.lee@shop.example')).toMatch(/^[a-z]{3}\.[a-z]{3}@[a-z]{4}\.example$/);
  });

  test('a whole number gets no leading zero', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (value) => {
        expect(pseudonym(String(value))).toMatch(/^[1-9]\d*$/);
      }),
    );
  });

  test('padded Base64 stays canonical Base64', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        const encoded = Buffer.from(bytes).toString('base64');
        fc.pre(encoded.endsWith('=') && /[a-zA-Z](?==)/.test(encoded));
        const stand = pseudonym(encoded);
        expect(Buffer.from(stand, 'base64').toString('base64')).toBe(stand);
      }),
    );
  });

  describe('of a JWT', () => {
    const header = base64url({ alg: 'HS256', typ: 'JWT', kid: 'k1' });
    const claims = {
      sub: 'user-4711',
      iss: 'https://id.example',
      email: 'ann@shop.example',
      exp: 1700000000,
      name: 'Änn "A" Lee',
      roles: ['admin'],
      nested: { phone: '+49 30 123' },
    };
    const token = `${header}.${base64url(claims)}.${'c2lnbmF0dXJl'.repeat(3)}`;

    test('decode to the same claims with other texts; what the token is for stays', () => {
      const [head, payload, signature] = pseudonym(token).split('.');
      const decoded = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as typeof claims;
      expect(head).toBe(header);
      expect(Object.keys(decoded)).toEqual(Object.keys(claims));
      expect(decoded).toMatchObject({ iss: claims.iss, exp: claims.exp, roles: claims.roles });
      expect(decoded.sub).toBe(pseudonym(claims.sub));
      expect(decoded.email).toBe(pseudonym(claims.email));
      expect(decoded.name).toBe(pseudonym(claims.name));
      expect(decoded.nested.phone).not.toBe(claims.nested.phone);
      expect(signature).not.toBe('c2lnbmF0dXJl'.repeat(3));
      expect(pseudonym(token).length).toBe(token.length);
    });

    test('differ for tokens with the same claims and other signatures', () => {
      expect(pseudonym(`${token}x`)).not.toBe(pseudonym(`${token}y`));
    });

    test('without a signature or text are replaced all the same', () => {
      const bare = `${base64url({ alg: 'none' })}.${base64url({ uid: 5 })}.`;
      expect(pseudonym(bare)).not.toBe(bare);
    });

    test('an encrypted token or one that only looks like a JWT is replaced as text', () => {
      const encrypted = `${header}.a1B2.c3D4.e5F6.g7H8`;
      expect(pseudonym(encrypted)).not.toContain('a1B2');
      expect(pseudonym('eyes.on.you')).toMatch(/^[a-z]{4}\.[a-z]{2}\.[a-z]{3}$/);
    });
  });
});
