import { describe, expect, test } from 'vitest';
import { Renaming } from '../../src/suite/renaming.ts';
import { baselineAt } from '../support/comparable.ts';
import { findings, judgeAll, jsonPair, runAt } from '../support/judged-session.ts';

const a = '3f2a1c9e-7d0e-4b3a-9a55-0c1d2e3f4a5b';
const c = '9c1b7a60-1e2d-4c3b-ab4a-596877869504';
const d = '77aa88bb-99cc-4dde-8eef-001122334455';
const iat = Math.floor(baselineAt / 1000);
const freshIat = Math.floor(runAt / 1000);

function jwt(claims: object, signature = 'c2lnbmF0dXJl', header: object = { alg: 'HS256', typ: 'JWT' }): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signature}`;
}

function judge(before: string, after: string, renaming?: Renaming): string[] {
  return findings(judgeAll([jsonPair({ token: before }, { token: after })], renaming));
}

describe('signed tokens', () => {
  test('mean the same when their claims do: subjects renamed, times by the clock, expiry as long after', () => {
    const before = jwt({ sub: a, role: 'user', iat, exp: iat + 100 }, 'b25l');
    expect(judge(before, jwt({ sub: c, role: 'user', iat: freshIat, exp: freshIat + 100 }, 'dHdv'))).toEqual([]);
    expect(judge(before, jwt({ sub: c, role: 'user', iat: freshIat, exp: freshIat + 160 }, 'dHdv'))).toEqual([
      '0 body /token changed: claim exp: moved by 1 d 1 h 3 min 3 s, the run by 1 d 1 h 2 min 3 s',
    ]);
  });

  test('that flow may be of another number or drawn identifier, not of another name', () => {
    const judged = (sub: string | number, freshSub: string | number): string[] => {
      const [before, after] = [jwt({ sub, iat }, 'b25l'), jwt({ sub: freshSub, iat: freshIat }, 'dHdv')];
      const renaming = new Renaming();
      renaming.establish(before, after);
      return judge(before, after, renaming);
    };
    expect(judged(7, 8)).toEqual([]);
    expect(judged('usr_a1b2c3', 'usr_d4e5f6')).toEqual([]);
    expect(judged('ann@shop.test', 'bob@shop.test')).toEqual([
      '0 body /token changed: claim sub: ann@shop.test → bob@shop.test',
    ]);
  });

  test('that say more than the recorded one are a finding, though the token flows', () => {
    const [before, after] = [jwt({ sub: a, role: 'user' }), jwt({ sub: c, role: 'admin' })];
    const renaming = new Renaming();
    renaming.establish(before, after);
    expect(judge(before, after, renaming)).toEqual(['0 body /token changed: claim role: user → admin']);
    expect(judge(before, jwt({ sub: c, role: 'user', admin: true }))).toEqual([
      '0 body /token changed: claim admin is new',
    ]);
    expect(judge(before, jwt({ sub: c }))).toEqual(['0 body /token changed: claim role is gone']);
    expect(judge(`Bearer ${before}`, `Bearer ${after}`, renaming)).toEqual([
      '0 body /token changed: claim role: user → admin',
    ]);
  });

  test('are signed anew with what they say, not by themselves', () => {
    const claims = { sub: a };
    expect(judge(jwt(claims, 'b25l'), jwt(claims, 'dHdv'))).toEqual([
      '0 body /token changed: the signature differs, header and claims agree',
    ]);
    const ec = { alg: 'ES256' };
    expect(judge(jwt(claims, 'b25l', ec), jwt(claims, 'dHdv', ec))).toEqual([]);
    expect(judge(jwt(claims, 'b25l'), jwt({ sub: c }, ''))).toEqual([
      '0 body /token changed: one of the two is not signed',
    ]);
    expect(judge(jwt(claims, 'b25l'), jwt({ sub: c }, 'dHdv', { alg: 'none', typ: 'JWT' }))).toEqual([
      '0 body /token changed: header alg: HS256 → none',
    ]);
  });

  test('take part in the one renaming with their claims', () => {
    const pairs = [
      jsonPair({ user: a }, { user: c }),
      jsonPair({ token: jwt({ sub: a }) }, { token: jwt({ sub: d }) }),
    ];
    expect(findings(judgeAll(pairs))).toEqual([
      '1 body /token changed: claim sub: 3f2a1c9e…4a5b has been 9c1b7a60…9504 since GET / (shop:main/0, /user); here it is 77aa88bb…4455',
    ]);
    const stays = jsonPair({ token: jwt({ sub: a }) }, { token: jwt({ sub: a }) });
    expect(findings(judgeAll([pairs[0]!, stays]))).toHaveLength(1);
  });

  test('that flow may have short subjects of their own, one to one', () => {
    const renaming = new Renaming();
    const [ann, bob] = [jwt({ sub: '17' }), jwt({ sub: '18' })];
    const [eve, joe] = [jwt({ sub: '23' }), jwt({ sub: '24' })];
    renaming.establish(ann, eve);
    renaming.establish(bob, joe);
    expect(judge(ann, eve, renaming)).toEqual([]);
    expect(judge(bob, joe, renaming)).toEqual([]);
    expect(judge(jwt({ sub: '19' }), jwt({ sub: '25' }))).toEqual(['0 body /token changed: claim sub: 19 → 25']);
  });
});

describe('base64', () => {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

  test('of JSON is compared by its members', () => {
    expect(judge(encode({ id: a, plan: 'free' }), encode({ id: c, plan: 'free' }))).toEqual([]);
    expect(judge(encode({ id: a, plan: 'free' }), encode({ id: c, plan: 'gold' }))).toEqual([
      '0 body /token changed: member plan: free → gold',
    ]);
  });

  test('of JSON that flows may hold other identifiers, but no other values', () => {
    const renaming = (before: string, after: string): Renaming => {
      const made = new Renaming();
      made.establish(before, after);
      return made;
    };
    const [before, after] = [encode({ after: 17, plan: 'free' }), encode({ after: 23, plan: 'free' })];
    expect(judge(before, after, renaming(before, after))).toEqual([]);
    const other = encode({ after: 23, plan: 'gold' });
    expect(judge(before, other, renaming(before, other))).toEqual(['0 body /token changed: member plan: free → gold']);
  });

  test('of a text is compared as the text', () => {
    const text = (id: string): string => Buffer.from(`order:${id}`).toString('base64url');
    expect(judge(text(a), text(c))).toEqual([]);
    expect(
      judge(Buffer.from('role=user;x').toString('base64'), Buffer.from('role=root;x').toString('base64')),
    ).toHaveLength(1);
  });
});

describe('hostile payloads', () => {
  test.each([
    ['nested too deep', (end: string) => '['.repeat(100_000) + end + ']'.repeat(100_000)],
    [
      'wrapped too often',
      (end: string) =>
        Array.from({ length: 12 }).reduce<string>((inner) => Buffer.from(`x:${inner}`).toString('base64'), end),
    ],
    ['named like the language', (end: string) => `{"__proto__":{"a":"${end}"},"constructor":1}`],
    [
      'of many members',
      (end: string) =>
        JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`m${i}`, i === 19_999 ? end : i]))),
    ],
  ])('%s are judged all the same, and soon', (_, text) => {
    const start = performance.now();
    expect(judge(text('one'), text('two'))).toHaveLength(1);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
