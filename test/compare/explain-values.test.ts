import { describe, expect, test } from 'vitest';
import { Renaming } from '../../src/suite/renaming.ts';
import { baselineAt } from '../support/comparable.ts';
import { findings, judgeAll, jsonPair, runAt } from '../support/judged-session.ts';

const a = '3f2a1c9e-7d0e-4b3a-9a55-0c1d2e3f4a5b';
const b = '0b1c2d3e-4f50-4a1b-8c2d-3e4f5a6b7c8d';
const c = '9c1b7a60-1e2d-4c3b-ab4a-596877869504';
const d = '77aa88bb-99cc-4dde-8eef-001122334455';

describe('one renaming for the session', () => {
  test('explains an id that is renamed the same everywhere: bodies, headers, links, parts of texts', () => {
    const say = (id: string) => ({
      headers: ['Content-Type', 'application/json', 'Location', `/orders/${id}`, 'Set-Cookie', `last=${id}; Path=/`],
      body: JSON.stringify({
        id,
        text: `Order ${id} is paid`,
        links: [`https://example.com/orders/${id}?of=${id}#${id}`],
      }),
    });
    const judged = judgeAll([
      { baseline: say(a), fresh: say(c) },
      { baseline: say(b), fresh: say(d) },
      { baseline: say(a), fresh: say(c) },
    ]);
    expect(findings(judged)).toEqual([]);
    expect(judged.flat().every(({ rule }) => rule === 'renaming' || rule === 'default-header')).toBe(true);
  });

  test('tells an id that becomes another one, with the other place', () => {
    expect(
      findings(judgeAll([jsonPair({ id: a }, { id: c }, '/orders'), jsonPair({ order: a }, { order: d })])),
    ).toEqual([
      '1 body /order changed: 3f2a1c9e…4a5b has been 9c1b7a60…9504 since GET /orders (shop:main/0, /id); here it is 77aa88bb…4455',
    ]);
  });

  test('tells an id that is another one’s already', () => {
    expect(
      findings(judgeAll([jsonPair({ id: b }, { id: d }, '/users/2'), jsonPair({ user: a }, { user: d })])),
    ).toEqual([
      '1 body /user changed: 77aa88bb…4455 already stands for 0b1c2d3e…7c8d (GET /users/2 (shop:main/0, /id))',
    ]);
  });

  test('an id that stayed stands for itself, whichever is seen first', () => {
    const stays = jsonPair({ id: a, n: 1 }, { id: a, n: 1 }, '/users/1');
    expect(findings(judgeAll([stays, jsonPair({ id: a }, { id: c })]))).toEqual([
      '1 body /id changed: 3f2a1c9e…4a5b has stayed 3f2a1c9e…4a5b since GET /users/1 (shop:main/0, /id); here it is 9c1b7a60…9504',
    ]);
    expect(findings(judgeAll([jsonPair({ id: a }, { id: c }), stays]))).toEqual([
      '1 body /id changed: 3f2a1c9e…4a5b has been 9c1b7a60…9504 since GET / (shop:main/0, /id); here it is 3f2a1c9e…4a5b',
    ]);
    expect(findings(judgeAll([stays, jsonPair({ owner: b }, { owner: a })]))).toEqual([
      '1 body /owner changed: 3f2a1c9e…4a5b already stands for itself (GET /users/1 (shop:main/0, /id))',
    ]);
    expect(findings(judgeAll([jsonPair({ owner: b }, { owner: a }), stays]))).toEqual([
      '1 body /id changed: 3f2a1c9e…4a5b already stands for 0b1c2d3e…7c8d (GET / (shop:main/0, /owner))',
    ]);
  });

  test('within one response the place alone is named', () => {
    expect(findings(judgeAll([jsonPair({ first: a, second: b }, { first: c, second: c })]))).toEqual([
      '0 body /second changed: 9c1b7a60…9504 already stands for 3f2a1c9e…4a5b (/first)',
    ]);
    expect(findings(judgeAll([jsonPair({ first: a, second: a }, { first: c, second: a })]))).toEqual([
      '0 body /second changed: 3f2a1c9e…4a5b has been 9c1b7a60…9504 since /first; here it is 3f2a1c9e…4a5b',
    ]);
  });

  test('an id whose form changes, or that was made of a name, is a finding', () => {
    expect(findings(judgeAll([jsonPair({ id: a }, { id: c.toUpperCase() })]))).toHaveLength(1);
    expect(findings(judgeAll([jsonPair({ id: a }, { id: 'undefined' })]))).toHaveLength(1);
    const v5 = (id: string): string => id.replace('-4', '-5');
    expect(findings(judgeAll([jsonPair({ id: v5(a) }, { id: v5(c) })]))).toHaveLength(1);
  });
});

describe('ids that carry a time', () => {
  const v7 = (ms: number, end: string): string => {
    const hex = ms.toString(16).padStart(12, '0');
    return `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-8def-${end}`;
  };

  test('are renamed only where they were made in the recording and in the run', () => {
    const [recorded, fresh] = [v7(baselineAt + 10, '0123456789ab'), v7(runAt + 10, 'ba9876543210')];
    const old = v7(baselineAt - 86_400_000, '0123456789ab');
    expect(findings(judgeAll([jsonPair({ id: recorded }, { id: fresh })]))).toEqual([]);
    expect(findings(judgeAll([jsonPair({ id: old }, { id: fresh })]))).toHaveLength(1);
    expect(findings(judgeAll([jsonPair({ id: recorded }, { id: old })]))).toHaveLength(1);
  });

  test('may be numbers', () => {
    const snowflake = (ms: number): string => String((BigInt(ms - 1_420_070_400_000) << 22n) + 12_345n);
    const pair = (before: string, after: string) => ({
      baseline: { body: `{"id":${before}}` },
      fresh: { body: `{"id":${after}}` },
    });
    const [recorded, fresh] = [snowflake(baselineAt + 10), snowflake(runAt + 10)];
    expect(findings(judgeAll([pair(recorded, fresh), pair(recorded, fresh)]))).toEqual([]);
    expect(findings(judgeAll([pair(recorded, fresh), pair(recorded, snowflake(runAt + 11))]))).toHaveLength(1);
  });
});

describe('hashes', () => {
  const [one, other] = ['0cc175b9c0f1b6a831c399e269772661aaf4c61d', '92eb5ffee6ae2fec3ad71c777531578f0beec7b5'];

  test.each(['sha', 'checksum', 'tokenHash', 'commit', 'signature'])('named %s are findings', (name) => {
    expect(findings(judgeAll([jsonPair({ [name]: one }, { [name]: other })]))).toHaveLength(1);
  });

  test.each(['csrfToken', 'nonce', 'sessionKey', 'x-request-id', 'etag'])(
    'named %s are renamed, one to one',
    (name) => {
      const pair = jsonPair({ [name]: one }, { [name]: other });
      expect(findings(judgeAll([pair, pair]))).toEqual([]);
      expect(findings(judgeAll([pair, jsonPair({ [name]: one }, { [name]: one })]))).toHaveLength(1);
    },
  );

  test('a signature in a URL may change with what it signs, but not alone', () => {
    const link = (id: string, signature: string): string => `https://s3.example.com/${id}?Signature=${signature}&n=1`;
    expect(findings(judgeAll([jsonPair({ url: link(a, one) }, { url: link(c, other) })]))).toEqual([]);
    expect(findings(judgeAll([jsonPair({ url: link(a, one) }, { url: link(a, other) })]))).toHaveLength(1);
  });
});

describe('tokens without a class', () => {
  test('are known by the name of their field and by being random', () => {
    const token = (text: string): object => ({ csrfToken: text });
    expect(findings(judgeAll([jsonPair(token('tok_k9Xw2mQ7pL4vT8zR'), token('tok_Zx3Vb8Nm5Kj1Hg6F'))]))).toEqual([]);
    expect(findings(judgeAll([jsonPair(token('premium-plan-2024-a'), token('premium-plan-2024-b'))]))).toHaveLength(1);
    expect(findings(judgeAll([jsonPair({ plan: 'k9Xw2mQ7pL4vT8zR' }, { plan: 'Zx3Vb8Nm5Kj1Hg6F' })]))).toHaveLength(1);
  });

  test('a constant in mixed case is no nanoid', () => {
    expect(
      findings(judgeAll([jsonPair({ id: 'PaymentFailedError402' }, { id: 'PaymentFailedError500' })])),
    ).toHaveLength(1);
    expect(findings(judgeAll([jsonPair({ id: 'V1StGXR8_Z5jdHi6B-myT' }, { id: 'Qm4kP2xTz9LbWc7RvNs3a' })]))).toEqual(
      [],
    );
  });
});

describe('URLs', () => {
  test('are compared by their parts, those of the server under test being those of the recorded one', () => {
    const renaming = (): Renaming => {
      const made = new Renaming();
      made.serve('http://localhost/api', 'http://127.0.0.1:4321');
      return made;
    };
    const link = (server: string, id: string): object => ({ next: `${server}/orders/${id}?page=2` });
    const judge = (before: object, after: object): string[] =>
      findings(judgeAll([jsonPair(before, after)], renaming()));
    expect(judge(link('http://localhost/api', a), link('http://127.0.0.1:4321', c))).toEqual([]);
    expect(judge(link('http://localhost/api', a), link('http://127.0.0.1:9999', c))).toHaveLength(1);
    expect(judge(link('http://localhost/apis', a), link('http://127.0.0.1:4321s', c))).toHaveLength(1);
  });

  test('have parameters that are looked into', () => {
    const cursor = (id: string, n: number): string =>
      Buffer.from(JSON.stringify({ after: id, n })).toString('base64url');
    const link = (id: string, n = 1): object => ({ next: `/orders?cursor=${cursor(id, n)}&limit=5` });
    expect(findings(judgeAll([jsonPair(link(a), link(c)), jsonPair({ id: a }, { id: c })]))).toEqual([]);
    expect(findings(judgeAll([jsonPair(link(a, 1), link(c, 2))]))).toEqual(['0 body /next changed: member n: 1 → 2']);
    expect(findings(judgeAll([jsonPair({ u: `/a?x=${a}&y=1` }, { u: `/a?y=1&x=${c}` })]))).toHaveLength(1);
  });
});

test('JSON inside a text is compared by its members', () => {
  const event = (id: string, role: string): object => ({ event: JSON.stringify({ user: { id, role } }) });
  const pairs = [jsonPair({ id: a }, { id: c })];
  expect(findings(judgeAll([...pairs, jsonPair(event(a, 'admin'), event(c, 'admin'))]))).toEqual([]);
  expect(findings(judgeAll([...pairs, jsonPair(event(a, 'user'), event(c, 'admin'))]))).toEqual([
    '1 body /event changed: member user.role: user → admin',
  ]);
});

describe('the server under test', () => {
  const judge = (before: string, after: string): string[] => {
    const renaming = new Renaming();
    renaming.serve('http://127.0.0.1:3000', 'http://127.0.0.1:4321');
    renaming.serve('127.0.0.1:3000', '127.0.0.1:4321');
    return findings(judgeAll([jsonPair({ at: before }, { at: after })], renaming));
  };

  test('stands for the recorded one in texts and as a host too', () => {
    expect(
      judge('see http://127.0.0.1:3000, or 127.0.0.1:3000.', 'see http://127.0.0.1:4321, or 127.0.0.1:4321.'),
    ).toEqual([]);
    expect(judge(`http://127.0.0.1:3000/x/${a}`, `http://127.0.0.1:4321/x/${c}`)).toEqual([]);
  });

  test('is no other one, and a link that stays is none either', () => {
    expect(judge('http://127.0.0.1:30001/', 'http://127.0.0.1:43211/')).toHaveLength(1);
    expect(judge('http://127.0.0.1:3000/a', 'http://127.0.0.1:4321/b')).toHaveLength(1);
    expect(judge('http://127.0.0.1:3000/a', 'http://127.0.0.1:3000/a')).toEqual([]);
  });
});
