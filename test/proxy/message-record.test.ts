import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { recordRequest, recordResponse } from '../../src/proxy/message-record.ts';
import { createRedactor } from '../../src/redact/redactor.ts';

const redactor = createRedactor(createHash('sha256').update('k').digest());
const options = { targetName: 'default', redactor, streamed: undefined };

function login(password: string, target = '/login') {
  const headers = ['Content-Type', 'application/json'];
  return {
    method: 'POST',
    target,
    headers,
    trailers: [],
    body: Buffer.from(JSON.stringify({ user: 'anna', password })),
  };
}

describe('a request', () => {
  test('is stored with pseudonyms, and what was replaced is remembered by place and name', () => {
    const { message, slots, keySlots } = recordRequest(login('hunter22'), options);
    const stored = JSON.parse(message.body!.toString()) as { user: string; password: string };
    expect(stored.user).toBe('anna');
    expect(stored.password).not.toBe('hunter22');
    expect(slots).toMatchObject([{ place: 'json:/password', name: 'PASSWORD', pseudonym: stored.password }]);
    expect(keySlots).toEqual([stored.password]);
  });

  test('has the same key whatever its secrets are, and whether or not they are replaced', () => {
    const keys = [
      recordRequest(login('hunter22'), options).key,
      recordRequest(login('anothr33'), options).key,
      recordRequest(login('hunter22'), { ...options, redactor: undefined }).key,
    ];
    expect(new Set(keys).size).toBe(1);
    expect(recordRequest(login('hunter22', '/logout'), options).key).not.toBe(keys[0]);
  });

  test('without redaction is stored as it is, its secrets apart from the key', () => {
    const { message, slots, keySlots } = recordRequest(login('hunter22'), { ...options, redactor: undefined });
    expect(message).toEqual(login('hunter22'));
    expect(slots).toEqual([]);
    expect(keySlots).toEqual(['hunter22']);
  });

  test('with a body too large to be looked into is keyed by its hash', () => {
    const headers = ['Content-Type', 'application/octet-stream'];
    const body = Buffer.from('bytes');
    const facts = {
      sizeBytes: 5,
      sha256: createHash('sha256').update(body).digest('hex'),
      truncated: false,
      fullSizeBytes: 5,
    };
    const streamed = recordRequest(
      { method: 'PUT', target: '/f', headers, trailers: [], body: undefined },
      { ...options, streamed: facts },
    );
    const held = recordRequest({ method: 'PUT', target: '/f', headers, trailers: [], body }, options);
    expect(streamed.key).toBe(held.key);
  });
});

describe('a response', () => {
  test('is stored with the pseudonym that the same secret has in a request', () => {
    const cookie = recordResponse(
      { status: 200, headers: ['Set-Cookie', 'sid=s3cr3t-value-1; Path=/'], trailers: [], body: undefined },
      redactor,
    );
    const request = recordRequest(
      { method: 'GET', target: '/', headers: ['Cookie', 'sid=s3cr3t-value-1'], trailers: [], body: undefined },
      options,
    );
    expect(cookie.slots[0]!.pseudonym).toBe(request.slots[0]!.pseudonym);
    expect(cookie.message.headers[1]).toBe(`sid=${cookie.slots[0]!.pseudonym}; Path=/`);
  });

  test('that cannot be looked into says why', () => {
    const headers = ['Content-Type', 'application/json', 'Content-Encoding', 'gzip'];
    const { unread } = recordResponse({ status: 200, headers, trailers: [], body: Buffer.from('not gzip') }, redactor);
    expect(unread).toBe('the content encoding of the body (gzip) could not be undone');
  });
});
