import { createHash } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRedactor } from '../../src/redact/redactor.ts';
import { bytesOf, type Credentials, playTogether, type PlayStep, recordShop, script } from '../support/lane-shop.ts';
import { connectRaw } from '../support/raw-client.ts';
import { fixedTime } from '../support/cassette-parts.ts';
import { startReplay } from '../support/replay.ts';
import { type Recorded, replayable } from '../support/replayable.ts';

const segment = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
let minted = 0;
const jwt = (sub: string): string => {
  minted += 1;
  return `${segment({ alg: 'none' })}.${segment({ iss: 'https://login.test', sub, iat: minted })}.s${minted}`;
};
const basic = (user: string): string => Buffer.from(`${user}:secret`).toString('base64');

/** What the two of one client send; `who` is the client. */
const ways: readonly (readonly [string, (who: string) => Credentials])[] = [
  [
    'a session cookie',
    (who) => ({ user: [`Cookie: theme=dark; sid=user-${who}`], admin: [`Cookie: sid=admin-${who}`] }),
  ],
  [
    'a bearer token',
    (who) => ({ user: [`Authorization: Bearer user-${who}-x8`], admin: [`Authorization: Bearer admin-${who}-x8`] }),
  ],
  [
    'a user name',
    (who) => ({
      user: [`Authorization: Basic ${basic(`user-${who}`)}`],
      admin: [`Authorization: Basic ${basic(`admin-${who}`)}`],
    }),
  ],
  [
    'an API key for all, and a session each',
    (who) => ({
      user: ['X-Api-Key: application', `Cookie: JSESSIONID=user-${who}`],
      admin: ['X-Api-Key: application', `Cookie: JSESSIONID=admin-${who}`],
    }),
  ],
];

async function keeping(port: number, credentialsOf: () => Credentials): Promise<PlayStep> {
  const client = await connectRaw(port);
  onTestFinished(client.close);
  return async (step) => {
    await client.write(bytesOf(step, { headers: credentialsOf()[step.who] }));
    return client.read.response(step.method);
  };
}

const clients = ['1', '2', '3', '4', '5', '6', '7', '8'];
const key = createHash('sha256').update('test-key').digest();

describe('eight clients with credentials of their own play one recording side by side, without a mark', () => {
  test.for(ways)('%s', async ([, credentialsOf]) => {
    const shop = await recordShop(credentialsOf('recorded'));
    const replay = await startReplay(shop.file);
    const players = await Promise.all(clients.map((who) => keeping(replay.port, () => credentialsOf(who))));
    await playTogether(shop, players, 7);
    const { ledger } = await replay.stop();
    expect(
      replay
        .lanes()
        .map(({ name, hits, misses }) => `${name}: ${hits}, ${misses}`)
        .toSorted(),
    ).toEqual(
      ['actor-2', 'actor-3', 'actor-4', 'actor-5', 'actor-6', 'actor-7', 'actor-8', 'default'].map(
        (name) => `${name}: ${script.length}, 0`,
      ),
    );
    expect(ledger).toMatchObject({ misses: 0, relaxed: 0 });
  });

  test('a signed token, minted anew for every request', async () => {
    const of = (who: string) => (): Credentials => ({
      user: [`Authorization: Bearer ${jwt(`user-${who}`)}`],
      admin: [`Authorization: Bearer ${jwt(`admin-${who}`)}`],
    });
    const shop = await recordShop(of('recorded')());
    const replay = await startReplay(shop.file);
    await playTogether(shop, await Promise.all(clients.map((who) => keeping(replay.port, of(who)))), 8);
    expect(replay.lanes()).toHaveLength(8);
    expect((await replay.stop()).ledger).toMatchObject({ misses: 0, relaxed: 0 });
  });
});

const [, bearer] = ways[1]!;

test('the recorded credentials themselves are the first lane, with the project key also when they were redacted', async () => {
  const shop = await recordShop(bearer('recorded'));
  const replay = await startReplay(shop.file, { pseudonym: createRedactor(key).pseudonym });
  const players = await Promise.all(['recorded', 'other'].map((who) => keeping(replay.port, () => bearer(who))));
  await playTogether(shop, players.slice(0, 1), 1);
  await playTogether(shop, players.slice(1), 1);
  expect(replay.lanes()).toMatchObject([
    { name: 'default', hits: script.length, misses: 0 },
    { name: 'actor-2', how: 'actor', hits: script.length, misses: 0 },
  ]);
});

test('who asks decides among recordings of one request', async () => {
  const shop = await recordShop(bearer('recorded'));
  const replay = await startReplay(shop.file, { pseudonym: createRedactor(key).pseudonym });
  const ask = async (who: 'user' | 'admin') =>
    String((await replay.send(`GET /me\n${bearer('recorded')[who].join('\n')}`)).body);
  const is = (who: string) => expect.stringContaining(`"is":"${who}"`) as string;
  expect([await ask('admin'), await ask('user'), await ask('admin'), await ask('user')]).toEqual(
    ['admin', 'user', 'admin', 'user'].map(is),
  );
});

test('a client without a credential is in the first lane; with others at work that is told as a guess', async () => {
  const shop = await recordShop(bearer('recorded'));
  const replay = await startReplay(shop.file);
  await replay.send(`GET /cart\n${bearer('1').user.join('\n')}`);
  await replay.send('GET /cart');
  await replay.send(`GET /cart\n${bearer('2').user.join('\n')}`);
  await replay.send('GET /cart');
  expect(replay.lanes()).toMatchObject([
    { name: 'default', hits: 3 },
    { name: 'actor-2', hits: 1 },
  ]);
  expect((await replay.stop()).ledger.relaxationList).toMatchObject([
    { words: 'several clients play the recording at once, and nothing said whose request it was', count: 1 },
  ]);
});

test('nothing is inferred where clients made up their tokens for each request of the recording', async () => {
  let count = 0;
  const changing: Credentials = {
    get user() {
      count += 1;
      return [`Authorization: Bearer nonce-${count}`];
    },
    get admin() {
      return this.user;
    },
  };
  const shop = await recordShop(changing);
  const replay = await startReplay(shop.file);
  await playTogether(shop, [await keeping(replay.port, () => changing)], 1);
  expect(replay.lanes()).toMatchObject([{ name: 'default', hits: script.length, misses: 0 }]);
});

test('with the rule `explicit` only marks count', async () => {
  const shop = await recordShop(bearer('recorded'));
  const replay = await startReplay(shop.file, { laneRule: 'explicit' });
  for (const who of clients) await replay.send(`GET /cart\n${bearer(who).user.join('\n')}`);
  expect(replay.lanes()).toMatchObject([{ name: 'default', hits: 8 }]);
});

describe('a request that differs from every recording only in a value that is new in every run', () => {
  const at = (ms: number): string => `/me?_=${fixedTime + ms}`;
  const me = (who: string, ms: number): Recorded => ({
    target: at(ms),
    headers: ['Authorization', `Bearer ${who}-recorded`],
    answer: who,
  });
  /** Two who ask by turns. */
  const session = { exchanges: [me('ada', 0), me('bob', 100), me('ada', 200), me('bob', 300)] };

  test('is answered as whoever asks was', async () => {
    const replay = await startReplay(replayable({ ...session, redacted: false }));
    const ask = async (who: string): Promise<string> =>
      String((await replay.send(`GET /me?_=${Date.now()}\nAuthorization: Bearer ${who}-recorded`)).body);
    expect([await ask('bob'), await ask('ada'), await ask('bob'), await ask('ada')]).toEqual([
      'bob',
      'ada',
      'bob',
      'ada',
    ]);
  });

  test('tells clients apart', async () => {
    const replay = await startReplay(replayable({ ...session, redacted: false }));
    for (const who of ['one', 'two', 'three']) {
      await replay.send(`GET /me?_=${Date.now()}\nAuthorization: Bearer ${who}`);
    }
    expect(replay.lanes().map(({ name }) => name)).toEqual(['default', 'actor-2']);
  });
});
