import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor, findRequestSecrets, type RequestMessage } from '../../src/redact/redactor.ts';

const redactor = createRedactor(Buffer.alloc(32, 3));

function request(parts: Partial<RequestMessage>): RequestMessage {
  return { method: 'POST', target: '/', headers: [], trailers: [], body: undefined, ...parts };
}

const json = ['Content-Type', 'application/json'];
/** Long enough that it does not turn up by chance. */
const secret = fc
  .string({ unit: fc.constantFrom(...Array.from('abcXYZ0189-_/+=.~ "\\%é日&;,{}')), minLength: 12, maxLength: 40 })
  .filter(
    (text) => /[a-zA-Z0-9].*[a-zA-Z0-9].*[a-zA-Z0-9].*[a-zA-Z0-9].*[a-zA-Z0-9]/.test(text) && text.trim() === text,
  );
const token = fc.stringMatching(/^[A-Za-z0-9._~-]{12,60}$/);

/** Every text in which a message could still show something, decoded. */
function textsOf(message: RequestMessage): string {
  const query = [...new URL(message.target, 'http://h').searchParams.values()];
  return [message.target, ...query, ...message.headers, message.body?.toString() ?? ''].join('\n');
}

describe('redaction', () => {
  test('leaves no secret in any part of a message', () => {
    fc.assert(
      fc.property(secret, token, (password, bearer) => {
        const message = request({
          target: `/login?${new URLSearchParams({ a: '1', api_key: password }).toString()}`,
          headers: [...json, 'Authorization', `Bearer ${bearer}`, 'Cookie', `sid=${encodeURIComponent(password)}`],
          body: Buffer.from(JSON.stringify({ user: 'ann', password, nested: [{ access_token: bearer }] })),
        });
        const redacted = redactor.request(message).message;
        const shown = textsOf(redacted);
        for (const value of [password, encodeURIComponent(password), JSON.stringify(password).slice(1, -1), bearer]) {
          expect(shown).not.toContain(value);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('gives one secret one pseudonym wherever it stands', () => {
    fc.assert(
      fc.property(token, (value) => {
        const message = request({
          target: `/a?token=${value}`,
          headers: [
            ...json,
            'Authorization',
            `Bearer ${value}`,
            'X-Api-Key',
            value,
            'Cookie',
            `a=${value}; b="${value}"`,
          ],
          body: Buffer.from(JSON.stringify({ token: value })),
        });
        const { slots, message: redacted } = redactor.request(message);
        expect(slots).toHaveLength(6);
        expect(new Set(slots.map(({ pseudonym }) => pseudonym))).toEqual(new Set([redactor.pseudonym(value)]));
        expect(redacted.body?.toString()).toBe(JSON.stringify({ token: redactor.pseudonym(value) }));
      }),
    );
  });

  test('gives the same pseudonym in request and response', () => {
    const response = redactor.response({
      status: 200,
      headers: [...json, 'Set-Cookie', 'sid=s%3Aabc-123-def; Path=/'],
      trailers: ['X-Auth-Token', 'in-a-trailer'],
      body: Buffer.from('{"token":"tok-0815-xyz"}'),
    });
    const sent = redactor.request(
      request({ headers: ['Authorization', 'Bearer tok-0815-xyz', 'Cookie', 'sid=s%3Aabc-123-def'] }),
    );
    expect(response.slots.map(({ place }) => place)).toEqual([
      'set-cookie:sid',
      'header:x-auth-token[0]',
      'json:/token',
    ]);
    expect(sent.slots.map(({ pseudonym }) => pseudonym)).toEqual([
      response.slots[2]!.pseudonym,
      response.slots[0]!.pseudonym,
    ]);
    expect(response.message.headers[3]).toBe(`sid=${sent.message.headers[3]!.slice('sid='.length)}; Path=/`);
    expect(response.message.trailers[1]).not.toBe('in-a-trailer');
  });

  test('leaves a message without secrets as the same object', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.webPath(), (value, path) => {
        const message = request({ target: path, headers: json, body: Buffer.from(JSON.stringify({ a: value })) });
        fc.pre(findRequestSecrets(message).length === 0);
        expect(redactor.request(message).message).toBe(message);
      }),
    );
  });

  test('touches nothing but the secrets: the rest of a JSON body is the same text of the same shape', () => {
    fc.assert(
      fc.property(fc.jsonValue(), secret, fc.constantFrom(undefined, 2, '\t'), (rest, password, space) => {
        const write = (value: string): string =>
          JSON.stringify({ before: rest, password: value, after: rest }, null, space);
        const before = Buffer.from(write(password));
        fc.pre(findRequestSecrets(request({ headers: json, body: before })).length === 1);
        const { message } = redactor.request(request({ headers: json, body: before }));
        expect(message.body?.toString()).toBe(write(redactor.pseudonym(password)));
        expect(message.body?.length).toBe(before.length);
      }),
    );
  });

  test('can be done twice', () => {
    const message = request({
      target: '/?token=abc-123',
      headers: [...json, 'Authorization', `Basic ${Buffer.from('ann:secret').toString('base64')}`, 'Cookie', 'a=b=c'],
      body: Buffer.from('{"pin":1234,"jwt":"eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."}'),
    });
    const once = redactor.request(message);
    const twice = redactor.request(once.message);
    expect(twice.slots.map(({ place }) => place)).toEqual(once.slots.map(({ place }) => place));
  });

  test('finds in a redacted request the places it found in the raw one, so that both have one key', () => {
    fc.assert(
      fc.property(secret, fc.stringMatching(/^[1-9]\d{3,8}$/), (password, pin) => {
        const message = request({
          target: `/?token=${encodeURIComponent(password)}`,
          headers: json,
          body: Buffer.from(`{"password":${JSON.stringify(password)},"pin":${pin}}`),
        });
        const { slots, message: redacted } = redactor.request(message);
        const again = findRequestSecrets(redacted);
        expect(again.map(({ place, name }) => [place, name])).toEqual(slots.map(({ place, name }) => [place, name]));
        expect(again.map(({ value }) => value)).toEqual(slots.map(({ pseudonym }) => pseudonym));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a secret that a response issued', () => {
  const issued = 'cart-7f3a9b2c';
  const stand = redactor.pseudonym(issued);
  const cart = (key: Buffer): ReturnType<typeof createRedactor> => {
    const fresh = createRedactor(key);
    fresh.response({ status: 201, headers: json, trailers: [], body: Buffer.from(`{"token":"${issued}"}`) });
    return fresh;
  };
  const key = Buffer.alloc(32, 3);

  test('is replaced in the same response wherever it stands', () => {
    const { message, slots } = createRedactor(key).response({
      status: 201,
      headers: [...json, 'Location', `/carts/${issued}`],
      trailers: [],
      body: Buffer.from(`{"links":{"self":"https://a/carts/${issued}/items"},"token":"${issued}"}`),
    });
    expect(message.headers[3]).toBe(`/carts/${stand}`);
    expect(message.body?.toString()).toBe(`{"links":{"self":"https://a/carts/${stand}/items"},"token":"${stand}"}`);
    expect(slots.map(({ place }) => place)).toEqual(['json:/token']);
  });

  test('is replaced in the path and body of later requests, and there belongs to their key', () => {
    const { message, slots } = cart(key).request(
      request({
        target: `/carts/${issued}?from=${issued}.`,
        headers: [...json, 'X-Cart', issued],
        body: Buffer.from(`{"cart":"${issued}"}`),
      }),
    );
    expect(message.target).toBe(`/carts/${stand}?from=${stand}.`);
    expect(message.headers[3]).toBe(stand);
    expect(message.body?.toString()).toBe(`{"cart":"${stand}"}`);
    expect(slots).toEqual([]);
  });

  test('is not looked for inside longer words', () => {
    const message = request({ target: `/carts/${issued}x/x${issued}` });
    expect(cart(key).request(message).message).toBe(message);
  });

  test('is left alone elsewhere when it is a plain word, a short one, a cookie or came from the client', () => {
    const fresh = createRedactor(key);
    fresh.response({
      status: 200,
      headers: [...json, 'Set-Cookie', 'last=product-17'],
      trailers: [],
      body: Buffer.from('{"token":"customers","secret":"a1","otp":"12345678"}'),
    });
    fresh.request(request({ headers: json, body: Buffer.from('{"password":"hunter2-own"}') }));
    const message = request({ target: '/customers/a1/product-17/12345678/hunter2-own' });
    expect(fresh.request(message).message).toBe(message);
  });
});

describe('a secret that a request brought', () => {
  const secret = 'SeKrEt99887766';
  const echo = (fresh: ReturnType<typeof createRedactor>): string | undefined =>
    fresh
      .response({
        status: 200,
        headers: json,
        trailers: [],
        body: Buffer.from(`{"url":"/echo?api_key=${secret}","note":"${secret}"}`),
      })
      .message.body?.toString();

  test('is replaced in responses that repeat it under any name, by the pseudonym it has in the request', () => {
    const fresh = createRedactor(Buffer.alloc(32, 3));
    const { message } = fresh.request(request({ target: `/echo?api_key=${secret}` }));
    const stand = fresh.pseudonym(secret);
    expect(message.target).toBe(`/echo?api_key=${stand}`);
    expect(echo(fresh)).toBe(`{"url":"/echo?api_key=${stand}","note":"${stand}"}`);
  });

  test('is known as well when it was told beforehand', () => {
    const fresh = createRedactor(Buffer.alloc(32, 3));
    fresh.remember(secret);
    expect(echo(fresh)).not.toContain(secret);
  });

  test('is left in later requests, where replay gets the raw value again', () => {
    const fresh = createRedactor(Buffer.alloc(32, 3));
    fresh.request(request({ target: `/echo?api_key=${secret}` }));
    const later = request({ target: `/notes/${secret}` });
    expect(fresh.request(later).message).toBe(later);
  });
});

test('secrets of a request are found without a key, with their raw values', () => {
  const found = findRequestSecrets(
    request({
      target: '/?token=a%2Fb',
      headers: [...json, 'Authorization', 'Bearer T'],
      body: Buffer.from('{"pin":42}'),
    }),
  );
  expect(found).toEqual([
    { place: 'query:token[0]', rule: 'query:token', name: 'TOKEN', value: 'a/b' },
    { place: 'header:authorization[0]', rule: 'header:authorization', name: 'AUTHORIZATION', value: 'T' },
  ]);
});

test('a body that could not be looked into is reported with the message', () => {
  const { unread } = redactor.request(request({ headers: json, body: Buffer.from('{"token": broken') }));
  expect(unread).toBe('the body is labelled JSON but is not one JSON document');
});

describe('a message of a conversation', () => {
  const say = (direction: 'request' | 'response', text: string, by = createRedactor(Buffer.alloc(32, 3))): string =>
    by.payload(direction, Buffer.from(text)).toString();

  test('has the values under the names of secrets replaced in its JSON, and nothing else changed', () => {
    expect(say('request', '{"type":"login", "password":"hunter22x"}')).toMatch(
      /^\{"type":"login", "password":"[a-z]{6}\d\d[a-z]"\}$/,
    );
  });

  test.each([['42["login",'], ['451-/chat,7["login",'], ['  \n["login",']])('also behind a preamble: %s', (start) => {
    const said = say('request', `${start}{"password":"hunter22x"}]`);
    expect(said.startsWith(`${start}{"password":"`)).toBe(true);
    expect(said).not.toContain('hunter22x');
  });

  test.each([['plain words'], ['42'], [''], ['{"broken":'], ['\u0000\u0001[binary']])(
    'of another kind stays: %j',
    (text) => {
      const payload = Buffer.from(text);
      expect(redactor.payload('response', payload)).toBe(payload);
    },
  );

  test('has known secrets replaced in any text, as a request or a response would', () => {
    const both = createRedactor(Buffer.alloc(32, 3));
    say('response', '{"access_token":"issued0123456789abcdef"}', both);
    say('request', '{"api_key":"brought0123456789abcdef"}', both);
    for (const direction of ['request', 'response'] as const) {
      expect(say(direction, 'Bearer issued0123456789abcdef.', both)).not.toContain('issued0123456789abcdef');
    }
    expect(say('response', 'key brought0123456789abcdef', both)).not.toContain('brought0123456789abcdef');
  });
});
