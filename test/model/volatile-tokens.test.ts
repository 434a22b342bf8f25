import { createHash, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findVolatiles, type VolatileHints } from '../../src/model/volatile-tokens.ts';

const seen = (text: string, hints?: VolatileHints): string[] =>
  findVolatiles(text, hints).map(({ start, end, class: name, form }) => `${name} ${form}: ${text.slice(start, end)}`);

const hex = (length: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: length, maxLength: length })
    .filter((text) => new Set(text).size >= 8 && /[a-f]/.test(text));

const jwt = `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.${Buffer.from('{"sub":"1"}').toString('base64url')}.c2lnbmF0dXJl_-x`;
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const sha256 = createHash('sha256').update('x').digest('hex');

describe('volatile values are found', () => {
  test.each<[string, string[], VolatileHints?]>([
    ['550e8400-e29b-41d4-a716-446655440000', ['uuid v4 lower: 550e8400-e29b-41d4-a716-446655440000']],
    ['urn:uuid:550e8400-e29b-41d4-a716-446655440000', ['uuid v4 lower: 550e8400-e29b-41d4-a716-446655440000']],
    ['{550E8400-E29B-41D4-A716-446655440000}', ['uuid v4 upper: 550E8400-E29B-41D4-A716-446655440000']],
    ['cart_550e8400-e29b-41d4-a716-446655440000', ['uuid v4 lower: 550e8400-e29b-41d4-a716-446655440000']],
    ['a%2F550e8400-e29b-41d4-a716-446655440000%2Fb', ['uuid v4 lower: 550e8400-e29b-41d4-a716-446655440000']],
    ['019a8f7c-2f4e-7c1b-9a55-0123456789ab', ['uuid v7 lower: 019a8f7c-2f4e-7c1b-9a55-0123456789ab']],
    ['550e8400e29b41d4a716446655440000', ['digest hex32 lower: 550e8400e29b41d4a716446655440000']],
    [
      '550e8400e29b41d4a716446655440000',
      ['uuid v4 lower bare: 550e8400e29b41d4a716446655440000'],
      { name: 'cartUuid' },
    ],
    ['/orders/ord_01HZXK5T9GQ3V7J2M4N6P8R0SA/items', ['ulid upper: 01HZXK5T9GQ3V7J2M4N6P8R0SA']],
    ['01hzxk5t9gq3v7j2m4n6p8r0sa', ['ulid lower: 01hzxk5t9gq3v7j2m4n6p8r0sa']],
    ['0ujsszwN8NRY24YaXiTIE2VWDTS', ['ksuid base62: 0ujsszwN8NRY24YaXiTIE2VWDTS']],
    ['/users/507f1f77bcf86cd799439011', ['objectid lower: 507f1f77bcf86cd799439011']],
    ['1541815603606036480', ['snowflake digits 19: 1541815603606036480']],
    ['175928847299117063', ['snowflake digits 18: 175928847299117063']],
    ['V1StGXR8_Z5jdHi6B-myT', ['nanoid base64url 21: V1StGXR8_Z5jdHi6B-myT']],
    ['doc_V1StGXR8_Z5jdHi6B-myT', ['nanoid base64url 21: V1StGXR8_Z5jdHi6B-myT']],
    [`Bearer ${jwt}`, [`jwt jws HS256: ${jwt}`]],
    ['2026-01-02T03:04:05.678Z', ['timestamp isoT3Z: 2026-01-02T03:04:05.678Z']],
    ['from=2026-01-02T03%3A04%3A05%2B01%3A00&x=1', ['timestamp isoT0±00:00: 2026-01-02T03%3A04%3A05%2B01%3A00']],
    ['Fri, 02 Jan 2026 03:04:05 GMT', ['timestamp a,00 a0000:0:0 GMT: Fri, 02 Jan 2026 03:04:05 GMT']],
    ['backup-2026-01-02.tar', ['timestamp iso date: 2026-01-02']],
    ['20260102T030405Z', ['timestamp basic isoT0Z: 20260102T030405Z']],
    ['1767323045', ['timestamp epoch s: 1767323045']],
    ['1767323045.123456', ['timestamp epoch s.: 1767323045.123456']],
    ['at 1767323045.', ['timestamp epoch s: 1767323045']],
    ['1767323045678', ['timestamp epoch ms: 1767323045678']],
    ['1767323045678901', ['timestamp epoch us: 1767323045678901']],
    ['[1767323045,1767323046]', ['timestamp epoch s: 1767323045', 'timestamp epoch s: 1767323046']],
    [`sha256:${sha256}`, [`digest hex64 lower: ${sha256}`]],
    [traceparent, [`trace traceparent: ${traceparent}`]],
    ['Root=1-69573ae5-bd862e3fe1be46a994272793;Sampled=1', ['trace xray: 1-69573ae5-bd862e3fe1be46a994272793']],
    ['b7ad6b7169203331', ['trace hex16: b7ad6b7169203331'], { name: 'X-B3-SpanId' }],
    ['{"traceId":"0af7651916cd43dd8448eb211c80319c"}', ['trace hex32: 0af7651916cd43dd8448eb211c80319c']],
    ['6779432951021546421', ['trace decimal: 6779432951021546421'], { name: 'x-datadog-trace-id' }],
    [
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=${sha256}`,
      ['timestamp scope date: 20260102', `signature hex lower: ${sha256}`],
    ],
    ['20260102%2Feu-west-1%2Fs3%2Faws4_request', ['timestamp scope date: 20260102']],
    [
      'se=2026-01-02T03:04:05Z&sig=Zm9vYmFyYmF6cXV4%2BZm9vYmFyYmF6%2FcXV4ABC12%3D',
      ['timestamp isoT0Z: 2026-01-02T03:04:05Z', 'signature base64: Zm9vYmFyYmF6cXV4%2BZm9vYmFyYmF6%2FcXV4ABC12%3D'],
    ],
    [
      'Zm9vYmFyYmF6cXV4+Zm9vYmFyYmF6/cXV4ABC12=',
      ['signature base64: Zm9vYmFyYmF6cXV4+Zm9vYmFyYmF6/cXV4ABC12='],
      { name: 'X-Signature' },
    ],
    [sha256.repeat(8), [`signature hex lower: ${sha256.repeat(8)}`]],
  ])('%s', (text, expected, hints) => {
    expect(seen(text, hints)).toEqual(expected);
  });

  test('many in one text, in order', () => {
    const text = `{"id":"550e8400-e29b-41d4-a716-446655440000","at":"2026-01-02T03:04:05Z","log":"a\\n2026-01-02 done","n":7}`;
    expect(seen(text)).toEqual([
      'uuid v4 lower: 550e8400-e29b-41d4-a716-446655440000',
      'timestamp isoT0Z: 2026-01-02T03:04:05Z',
      'timestamp iso date: 2026-01-02',
    ]);
  });
});

describe('what is no volatile value', () => {
  test.each([
    '',
    '42',
    '19.99',
    '1767323045000.55',
    '3.1767323045',
    '-1767323045',
    '1,767,323,045',
    '+1 (202) 555-0123',
    '2025550123',
    '+4917012345678',
    '4111111111111111',
    '978020137962',
    '1234567890',
    'v1.2.3-beta.4',
    '10.0.0.255',
    'hello-world-of-many-words',
    'Content-Security-Policy-Report-Only',
    'getCustomerByAccountNo',
    'abcdefabcdefabcdefabcdefabcdefab',
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '00000000000000000000000000000000',
    'AAAAAAAAAAAAAAAAAAAAAAAAAA',
    'eyes.wide.shut',
    'DE89370400440532013000',
    '2026-13-45',
    'Sunday roast',
    '0af7651916cd43d',
  ])('%s', (text) => {
    expect(seen(text)).toEqual([]);
  });

  test('a number of a telephone, whatever it looks like', () => {
    expect(seen('1767323045', { name: 'phoneNumber' })).toEqual([]);
  });

  test('a word under the name of a signature', () => {
    expect(seen('the-usual-suspects', { name: 'signature' })).toEqual([]);
    expect(seen('AWS4-HMAC', { name: 'signature' })).toEqual([]);
  });

  test('pieces of long base64', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 600, maxLength: 900 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        fc.pre((text.match(/\+/g)?.length ?? 0) > 15);
        expect(seen(text).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('the moment that a value carries', () => {
  const at = (text: string): unknown => findVolatiles(text)[0]?.at;
  test.each([
    // RFC 9562, appendix A.
    ['C232AB00-9414-11EC-B3C8-9F6BDECED846', Date.UTC(2022, 1, 22, 19, 22, 22), 1],
    ['1EC9414C-232A-6B00-B3C8-9F6BDECED846', Date.UTC(2022, 1, 22, 19, 22, 22), 1],
    ['017F22E2-79B0-7CC3-98C4-DC0C0C07398F', Date.UTC(2022, 1, 22, 19, 22, 22), 1],
    ['01ARZ3NDEKTSV4RRFFQ69G5FAV', 1_469_922_850_259, 1],
    ['0ujtsYcgvSTl8PAuAdqWYSMnLOv', Date.UTC(2017, 9, 10, 4, 0, 47), 1000],
    ['507f1f77bcf86cd799439011', Date.UTC(2012, 9, 17, 21, 13, 27), 1000],
    ['1541815603606036480', 1_656_432_460_105, 1],
    ['1-5759e988-bd862e3fe1be46a994272793', 0x5759e988 * 1000, 1000],
    ['20260102T030405Z', Date.UTC(2026, 0, 2, 3, 4, 5), 1000],
  ])('%s', (text, fromMs, spanMs) => {
    expect(at(text)).toEqual({ fromMs, toMs: fromMs + spanMs - 1 });
  });

  test('of a Snowflake under every plausible epoch', () => {
    const [token] = findVolatiles('175928847299117063');
    expect([token?.at, ...(token?.otherAt ?? [])]).toContainEqual({
      fromMs: 1_462_015_105_796,
      toMs: 1_462_015_105_796,
    });
  });

  test('of a day or a time without a zone is that of every zone', () => {
    const noon = Date.UTC(2026, 0, 2, 12);
    const hours = (count: number): number => count * 3_600_000;
    expect(at('2026-01-02T12:00:00')).toEqual({ fromMs: noon - hours(14), toMs: noon + hours(12) + 999 });
    expect(at('2026-01-02')).toEqual({ fromMs: noon - hours(26), toMs: noon + hours(24) - 1 });
  });
});

describe('class and form', () => {
  const makers: Record<string, fc.Arbitrary<string>> = {
    'uuid v4': fc.uuid({ version: 4 }),
    'uuid v7': fc.uuid({ version: 7 }),
    ulid: fc.ulid().filter((text) => /^01[A-Z]/.test(text)),
    objectid: fc.tuple(fc.integer({ min: 1.3e9, max: 2e9 }), hex(16)).map(([s, rest]) => s.toString(16) + rest),
    digest: hex(40),
    traceparent: fc.tuple(hex(32), hex(16)).map(([a, b]) => `00-${a}-${b}-01`),
    'epoch ms': fc.integer({ min: 1.6e12, max: 1.9e12 }).map(String),
  };

  test.each(Object.entries(makers))('of %s do not depend on chance', (_name, maker) => {
    fc.assert(
      fc.property(maker, maker, fc.constantFrom('', 'ord:', '/x/', 'a=', '"'), (a, b, prefix) => {
        const found = (text: string): unknown[] =>
          findVolatiles(prefix + text).map(({ start, end, class: name, form }) => ({ start, end, name, form }));
        expect(found(a)).toHaveLength(1);
        expect(found(a)).toEqual(found(b));
        expect(found(a)[0]).toMatchObject({ start: prefix.length, end: prefix.length + a.length });
      }),
    );
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    '-',
    '_',
    '.',
    '/',
    '+',
    '=',
    '%2F',
    ' ',
    '"',
    ':',
    'ey',
    jwt,
    'sig',
    'a',
    'Mon, ',
    '2026-01-02',
    'T03:04',
    '0af7651916cd43dd8448eb211c80319c',
    '1767323045',
    '550e8400-e29b-41d4-a716-446655440000',
    'V1StGXR8_Z5',
  );
  const noise = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
  );

  test('gives tokens in order that do not overlap and are not empty', () => {
    fc.assert(
      fc.property(
        noise,
        fc.option(fc.constantFrom('signature', 'traceId', 'uuid', 'x'), { nil: undefined }),
        (text, name) => {
          let last = 0;
          for (const { start, end } of findVolatiles(text, name === undefined ? {} : { name })) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(text.length);
            last = end;
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('is read in linear time, whatever it repeats', () => {
    const readMs = (text: string, name: string): number => {
      let best = Infinity;
      for (let turn = 0; turn < 2; turn++) {
        // Of the processor: other programs may keep us waiting.
        const start = process.cpuUsage();
        findVolatiles(text, { name });
        best = Math.min(best, process.cpuUsage(start).user / 1000);
      }
      return best;
    };
    fc.assert(
      fc.property(
        fc.array(pieces, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('signature', 'x'),
        (parts, name) => {
          const unit = parts.join('');
          const text = (length: number): string => unit.repeat(Math.ceil(length / unit.length));
          // Quadratic reading would take 256 times as long; the floor is for clocks and collections of garbage.
          expect(readMs(text(160_000), name)).toBeLessThan(16 * 8 * Math.max(readMs(text(10_000), name), 1));
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  test('a body of a megabyte takes a few milliseconds', () => {
    const body = JSON.stringify(
      Array.from({ length: 5000 }, (_, i) => ({
        id: randomUUID(),
        name: `Item number ${i} of many in this list`,
        price: i * 1.25,
        tags: ['alpha', 'beta', 'gamma'],
      })),
    );
    findVolatiles(body);
    const start = process.cpuUsage();
    expect(findVolatiles(body)).toHaveLength(5000);
    expect(process.cpuUsage(start).user).toBeLessThan(250_000);
  });
});
