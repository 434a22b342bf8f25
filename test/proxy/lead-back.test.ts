import { describe, expect, test } from 'vitest';
import { parseTarget } from '../../src/model/target.ts';
import type { RawMessage } from '../support/byte-reader.ts';
import { startReplay } from '../support/replay.ts';
import { type Recorded, replayable } from '../support/replayable.ts';

const recorded = 'http://127.0.0.1:3000';

const answering = (target: string, headers: readonly string[]): Recorded => ({
  target,
  response: { status: 302, reason: 'Found', headers: [...headers, 'Content-Length', '0'] },
});

const exchanges = [
  answering('/in', ['Location', `${recorded}/cart?x=1`, 'Set-Cookie', 'sid=1; Path=/cart; Secure; HttpOnly']),
  answering('/path', ['Location', '/cart', 'Refresh', '3; url=/later', 'Set-Cookie', 'a=1; Path=/']),
  answering('/away', ['Location', 'https://elsewhere.test/x', 'Content-Location', 'relative']),
  answering('/plain', ['X-Location', '/cart']),
];

const leadBack = new Map([['default', parseTarget(recorded)]]);
const valuesOf = (message: RawMessage, ...names: readonly string[]): (string | undefined)[] =>
  names.map((wanted) => message.headers.find(([name]) => name === wanted)?.[1]);

describe('what points away from where the client came in', () => {
  test('is as recorded by default', async () => {
    const replay = await startReplay(replayable({ exchanges }));
    expect(valuesOf(await replay.send('GET /in'), 'Location', 'Set-Cookie')).toEqual([
      `${recorded}/cart?x=1`,
      'sid=1; Path=/cart; Secure; HttpOnly',
    ]);
  });

  test('leads to the replay with --rewrite', async () => {
    const replay = await startReplay(replayable({ exchanges }), { leadBack });
    const [location, cookie] = valuesOf(await replay.send('GET /in'), 'Location', 'Set-Cookie');
    expect([location, cookie]).toEqual(['http://shop.test/cart?x=1', 'sid=1; Path=/cart; HttpOnly']);
    expect(valuesOf(await replay.send('GET /away'), 'Location')).toEqual(['https://elsewhere.test/x']);
  });

  test('stays in the lane that stands in the path', async () => {
    const replay = await startReplay(replayable({ exchanges }));
    const inLane = (path: string) => replay.send(`GET /_retake/lane/a%20b${path}`);
    expect(valuesOf(await inLane('/path'), 'Location', 'Refresh', 'Set-Cookie')).toEqual([
      '/_retake/lane/a%20b/cart',
      '3; url=/_retake/lane/a%20b/later',
      'a=1; Path=/',
    ]);
    expect(valuesOf(await inLane('/away'), 'Location', 'Content-Location')).toEqual([
      'https://elsewhere.test/x',
      'relative',
    ]);
    expect(valuesOf(await inLane('/plain'), 'X-Location')).toEqual(['/cart']);
    expect(replay.lanes().map(({ name }) => name)).toEqual(['a b']);
  });

  test('does both at once', async () => {
    const replay = await startReplay(replayable({ exchanges }), { leadBack });
    const [location, cookie] = valuesOf(await replay.send('GET /_retake/lane/a/in'), 'Location', 'Set-Cookie');
    expect([location, cookie]).toEqual([
      'http://shop.test/_retake/lane/a/cart?x=1',
      'sid=1; Path=/_retake/lane/a/cart; HttpOnly',
    ]);
  });
});
