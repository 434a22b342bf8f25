import { describe, expect, test } from 'vitest';
import { fields } from '../../src/proxy/capture.ts';
import { assembling, end, head, open, type Part } from '../support/assembling.ts';
import { fixedTime } from '../support/cassette.ts';

describe('an exchange that ends in its group', () => {
  test('is stored complete: both messages, bodies, times, key', () => {
    const { write, exchange, body } = assembling();
    const result = write(
      0,
      open('POST', '/orders', 'Content-Type', 'text/plain'),
      ['request-data', Buffer.from('in')],
      ['request-data', Buffer.from('put')],
      ['request-end', 'X-Sum\n1'],
      ['informational', fields(103, 'Hints', ['Link', '</a>'])],
      head('Content-Type', 'text/plain'),
      ['response-data', Buffer.from('output')],
      end(5, 6),
    );
    const stored = exchange(0)!;
    expect(stored).toMatchObject({
      position: 0,
      targetName: 'default',
      startedAt: fixedTime,
      firstByteMs: 3.5,
      durationMs: 12,
      request: { method: 'POST', target: '/orders', httpVersion: '1.1', trailers: ['X-Sum', '1'] },
      outcome: {
        kind: 'response',
        status: 201,
        reason: 'Created',
        framing: 'length',
        informational: [{ status: 103, reason: 'Hints', headers: ['Link', '</a>'] }],
      },
    });
    expect(body(stored.request.body.sha256)).toBe('input');
    expect(stored.outcome?.kind === 'response' && body(stored.outcome.body.sha256)).toBe('output');
    expect(result).toMatchObject({
      lostCount: 0,
      notes: [],
      summaries: [
        {
          position: 0,
          method: 'POST',
          target: '/orders',
          status: 201,
          requestBytes: 5,
          responseBytes: 6,
          contentType: 'text/plain',
        },
      ],
    });
  });

  test('with headers of no kind at all', () => {
    const { write, exchange } = assembling();
    write(0, open('GET', '/'), ['request-end', ''], head(), end());
    expect(exchange(0)).toMatchObject({ request: { headers: [], trailers: [] }, outcome: { headers: [] } });
  });

  test('by a failure, with what had arrived', () => {
    const { write, exchange, body } = assembling();
    const message = 'upstream höst: "broke"\nhere';
    write(
      0,
      open('GET', '/'),
      ['request-end', ''],
      head(),
      ['response-data', Buffer.from('part')],
      ['failed', fields(9, 0, 4, 'reset', encodeURIComponent(message))],
    );
    const { outcome } = exchange(0)!;
    expect(outcome).toMatchObject({ kind: 'failure', code: 'reset', message, response: { status: 201 } });
    expect(outcome?.kind === 'failure' && body(outcome.response!.body.sha256)).toBe('part');
  });

  test('whose bodies were cut by the limit says so with the full size', () => {
    const { write, exchange } = assembling();
    write(
      0,
      open(),
      ['request-data', Buffer.from('ab')],
      ['request-end', ''],
      head(),
      ['response-data', Buffer.from('xyz')],
      end(100, 200),
    );
    const { request, outcome } = exchange(0)!;
    expect(request.body).toMatchObject({ sizeBytes: 2, truncated: true, fullSizeBytes: 100 });
    expect(outcome).toMatchObject({ body: { sizeBytes: 3, truncated: true, fullSizeBytes: 200 } });
  });

  test('before its request had come in whole says so too', () => {
    const { write, exchange } = assembling();
    write(0, open(), ['request-data', Buffer.from('ab')], head(), end(2, 0));
    expect(exchange(0)!.request.body).toMatchObject({ truncated: true });
  });
});

describe('a longer exchange', () => {
  test('is visible while it runs, and complete when it has ended', () => {
    const { write, exchange, body } = assembling();
    write(4, open('POST', '/slow'), ['request-data', Buffer.from('first ')]);
    expect(exchange(4)).toMatchObject({ request: { method: 'POST', target: '/slow' } });
    expect(exchange(4)!.outcome).toBeUndefined();
    write(4, ['request-data', Buffer.from('second')], ['request-end', '']);
    write(4, head(), ['response-data', Buffer.from('one ')]);
    write(4, ['response-data', Buffer.from('two')], end(12, 7));
    const { request, outcome } = exchange(4)!;
    expect(body(request.body.sha256)).toBe('first second');
    expect(outcome?.kind === 'response' && body(outcome.body.sha256)).toBe('one two');
  });

  test('has its whole request in the cassette as soon as that is there', () => {
    const { write, exchange, body } = assembling();
    write(0, open(), ['request-data', Buffer.from('all')], ['request-end', '']);
    expect(body(exchange(0)!.request.body.sha256)).toBe('all');
    const key = exchange(0)!.requestKey;
    write(0, head(), end(3, 0));
    expect(exchange(0)!.requestKey).toBe(key);
    expect(body(exchange(0)!.request.body.sha256)).toBe('all');
  });

  test('that streams keeps when its chunks came', () => {
    const { write, exchange, writer } = assembling();
    write(
      0,
      open('GET', '/events'),
      ['request-end', ''],
      head(),
      ['stream-mark', '5\nresponse\n3'],
      ['response-data', Buffer.from('abc')],
    );
    write(0, ['stream-mark', '25\nresponse\n2'], ['response-data', Buffer.from('de')], end(0, 5));
    expect(writer.reader().streamMarks(exchange(0)!.id)).toEqual([
      { offsetMs: 5, sizeBytes: 3 },
      { offsetMs: 25, sizeBytes: 2 },
    ]);
  });

  test('with a large body streams it, and holds nothing', () => {
    const { write, exchange, writer } = assembling();
    const piece = Buffer.alloc(300_000, 'x');
    write(0, open('GET', '/big'), ['request-end', ''], head('Content-Type', 'image/png'));
    for (let i = 0; i < 3; i += 1) write(0, ['response-data', piece]);
    write(0, end(0, 900_000));
    const { outcome } = exchange(0)!;
    expect(outcome).toMatchObject({ body: { sizeBytes: 900_000, truncated: false } });
    expect(
      outcome?.kind === 'response' && writer.reader().body(outcome.body.sha256).equals(Buffer.alloc(900_000, 'x')),
    ).toBe(true);
  });
});

describe('redaction', () => {
  const login: readonly Part[] = [
    open('POST', '/login?token=abcdef0123456789', 'Content-Type', 'application/json'),
    ['request-data', Buffer.from('{"password":"hunter22"}')],
    ['request-end', ''],
    head('Content-Type', 'application/json', 'Set-Cookie', 'sid=0123456789abcdef; Path=/'),
    ['response-data', Buffer.from('{"access_token":"0123456789abcdef"}')],
    end(23, 35),
  ];

  test('happens before anything is stored or shown, and is remembered', () => {
    const { write, exchange, body, writer, sessionId } = assembling();
    const { summaries } = write(0, ...login);
    const { request, outcome } = exchange(0)!;
    const everything = JSON.stringify([
      summaries,
      exchange(0),
      body(request.body.sha256),
      outcome?.kind === 'response' && body(outcome.body.sha256),
    ]);
    for (const secret of ['abcdef0123456789', 'hunter22', '0123456789abcdef"', '0123456789abcdef;']) {
      expect(everything).not.toContain(secret);
    }
    const slots = writer.reader().redactedSlots(sessionId);
    expect(slots.map(({ side, place }) => `${side} ${place}`)).toEqual([
      'request query:token[0]',
      'request json:/password',
      'response set-cookie:sid',
      'response json:/access_token',
    ]);
    // The same secret has the same pseudonym wherever it stands.
    expect(slots[2]!.pseudonym).toBe(slots[3]!.pseudonym);
  });

  test('of an exchange that was first seen running is the same', () => {
    const { write, exchange, writer, sessionId } = assembling();
    write(0, ...login.slice(0, 3));
    write(0, ...login.slice(3));
    const { exchange: whole, write: writeWhole } = assembling();
    writeWhole(0, ...login);
    expect(exchange(0)!.requestKey).toBe(whole(0)!.requestKey);
    expect(exchange(0)!.request).toEqual(whole(0)!.request);
    expect(writer.reader().redactedSlots(sessionId)).toHaveLength(4);
  });

  test('can be off', () => {
    const { write, exchange, body, writer, sessionId } = assembling({ redaction: 'off' });
    write(0, ...login);
    expect(exchange(0)!.request.target).toBe('/login?token=abcdef0123456789');
    expect(body(exchange(0)!.request.body.sha256)).toBe('{"password":"hunter22"}');
    expect(writer.reader().redactedSlots(sessionId)).toEqual([]);
  });

  test('that cannot look into a body says so', () => {
    const { write } = assembling();
    const { notes } = write(
      0,
      open('GET', '/x'),
      ['request-end', ''],
      head('Content-Type', 'application/json'),
      ['response-data', Buffer.from('no json, but a token')],
      end(0, 20),
    );
    expect(notes).toEqual([
      'response body of GET /x may hold secrets: the body is labelled JSON but is not one JSON document',
    ]);
  });
});

describe('an exchange that is taken out again', () => {
  test('leaves nothing, whether or not it was visible', () => {
    const { write, exchange } = assembling();
    write(0, open(), ['dropped', '']);
    write(1, open());
    expect(exchange(1)).toBeDefined();
    expect(write(1, ['dropped', '']).summaries).toEqual([]);
    expect(exchange(0)).toBeUndefined();
    expect(exchange(1)).toBeUndefined();
  });

  test('together with all that are open, and what still comes of them is ignored', () => {
    const { write, exchange } = assembling();
    write(0, open());
    write(0, ['forget-open', '']);
    write(0, ['request-data', Buffer.from('late')], end());
    expect(exchange(0)).toBeUndefined();
  });
});

describe('a store that fails', () => {
  test('loses the exchanges of that group, says why, and works again with the next', () => {
    const { write, exchange, writer, sessionId } = assembling();
    write(0, open('GET', '/before'), ['request-end', ''], head(), end());
    write(1, open('GET', '/running'));
    // A second exchange at a position that is taken breaks a rule of the schema, as a full disk breaks a write.
    const { lostCount, problem, summaries } = write(0, open('GET', '/again'), ['request-end', ''], head(), end());
    expect(lostCount).toBe(2);
    expect(problem).toContain('UNIQUE');
    expect(summaries).toEqual([]);
    expect(exchange(0)!.request.target).toBe('/before');
    write(1, end());
    write(2, open('GET', '/after'), ['request-end', ''], head(), end());
    expect([...writer.reader().exchanges(sessionId)].map(({ request }) => request.target)).toEqual([
      '/before',
      '/after',
    ]);
  });
});
