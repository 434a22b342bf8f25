import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { opcodes } from '../../src/model/stream-event.ts';
import { Conversation, type Heard, type Step } from '../../src/proxy/conversation.ts';
import type { Pace } from '../../src/proxy/pace.ts';
import { client, closing, type Line, server } from '../support/conversation.ts';

interface Setting {
  readonly pace?: Pace;
  readonly resetMs?: number;
}

function open(lines: readonly Line[], { pace = { kind: 'instant' }, ...rest }: Setting = {}): Conversation {
  const payloads = new Map(lines.map(({ event, payload }) => [event, payload]));
  return new Conversation({
    events: lines.map(({ event }) => event),
    payloadOf: (event) => payloads.get(event)!,
    pace,
    ...rest,
  });
}

/** Everything the server says until it has to wait, and for what. */
function spoken(conversation: Conversation, nowMs = 0): string[] {
  const said: string[] = [];
  for (;;) {
    const step = conversation.next(nowMs);
    said.push(wordsOf(step));
    if (step.kind !== 'send') return said;
  }
}

function wordsOf(step: Step): string {
  if (step.kind === 'send') return `${step.opcode ?? 'bytes'} ${step.payload.toString('latin1')}`;
  return step.kind === 'wait' ? `wait ${step.untilMs}` : step.kind;
}

function hear(conversation: Conversation, { event, payload }: Line): Heard {
  return conversation.hear({ ...(event.opcode === undefined ? {} : { opcode: event.opcode }), payload });
}

const fine: Heard = { kind: 'fine' };

describe('the server speaks in its turn', () => {
  test('what came before any message of the client is said at once', () => {
    const conversation = open([server.text('hello'), server.binary('\x01'), client.text('a'), server.text('later')]);
    expect(spoken(conversation)).toEqual(['1 hello', '2 \x01', 'listen']);
  });

  test('what came after two messages is said when two messages have come', () => {
    const conversation = open([client.text('a'), client.text('b'), server.text('both')]);
    expect(spoken(conversation)).toEqual(['listen']);
    expect(hear(conversation, client.text('a'))).toEqual(fine);
    expect(spoken(conversation)).toEqual(['listen']);
    expect(hear(conversation, client.text('b'))).toEqual(fine);
    expect(spoken(conversation)).toEqual(['1 both', 'listen']);
  });

  test('a client that is ahead of the recording is heard', () => {
    const conversation = open([client.text('a'), server.text('A'), client.text('b'), server.text('B')]);
    expect(hear(conversation, client.text('a'))).toEqual(fine);
    expect(hear(conversation, client.text('b'))).toEqual(fine);
    expect(spoken(conversation)).toEqual(['1 A', '1 B', 'listen']);
  });

  test.each([
    ['recorded', 1, 500],
    ['twice as fast', 2, 250],
  ])('at %s pace it waits for its moment as well', (_, speed, dueMs) => {
    const lines = [client.text('a', 100), server.text('A', 500)];
    const conversation = open(lines, { pace: { kind: 'recorded', speed } });
    expect(spoken(conversation, 900)).toEqual(['listen']);
    hear(conversation, client.text('a'));
    expect(spoken(conversation, dueMs - 1)).toEqual([`wait ${dueMs}`]);
    expect(spoken(conversation, dueMs)).toEqual(['1 A', 'listen']);
  });

  test('a recorded reset comes when all has been said', () => {
    const conversation = open([client.text('a'), server.text('A')], { resetMs: 50 });
    expect(spoken(conversation)).toEqual(['listen']);
    hear(conversation, client.text('a'));
    expect(spoken(conversation)).toEqual(['1 A', 'reset']);
  });

  test('at recorded pace a reset waits for its moment', () => {
    const conversation = open([], { resetMs: 50, pace: { kind: 'recorded', speed: 1 } });
    expect(spoken(conversation, 49)).toEqual(['wait 50']);
    expect(spoken(conversation, 50)).toEqual(['reset']);
  });

  test('marks of a body are no part of it', () => {
    const mark = { event: { direction: 'response', offsetMs: 0, sizeBytes: 3 }, payload: Buffer.alloc(3) } as const;
    expect(spoken(open([mark, server.text('a')]))).toEqual(['1 a', 'listen']);
  });
});

describe('pings and pongs', () => {
  test('a ping that the recording does not know is answered', () => {
    const conversation = open([client.text('a')]);
    expect(hear(conversation, client.ping('now'))).toEqual({
      kind: 'answer',
      opcode: opcodes.pong,
      payload: Buffer.from('now'),
    });
    expect(hear(conversation, client.text('a'))).toEqual(fine);
  });

  test('a recorded pong comes in its turn, with what the client pings now', () => {
    const recorded = [client.text('a'), server.text('A', 20), client.ping('1'), server.pong('1', 30)];
    const conversation = open(recorded, { pace: { kind: 'recorded', speed: 1 } });
    hear(conversation, client.text('a'));
    expect(hear(conversation, client.ping('2'))).toEqual(fine);
    expect(spoken(conversation, 10)).toEqual(['wait 20']);
    expect(spoken(conversation, 30)).toEqual(['1 A', '10 2', 'listen']);
  });

  test('a ping that comes before its recorded pong may come is answered at once', () => {
    const conversation = open([client.text('a'), client.ping('1'), server.pong('1'), server.text('A')]);
    expect(hear(conversation, client.ping('early')).kind).toBe('answer');
    hear(conversation, client.text('a'));
    expect(spoken(conversation)).toEqual(['1 A', 'listen']);
  });

  test('a client that does not ping gets no answer to a ping, and the rest all the same', () => {
    const conversation = open([client.ping('1'), server.pong('1'), server.text('hello')]);
    expect(spoken(conversation)).toEqual(['1 hello', 'listen']);
  });

  test('pings and unasked pongs of the server are repeated, and a pong of the client is passed over', () => {
    const conversation = open([server.ping('1'), client.pong('1'), server.pong('alive')]);
    expect(spoken(conversation)).toEqual(['9 1', '10 alive', 'listen']);
    expect(hear(conversation, client.pong('whatever'))).toEqual(fine);
  });
});

describe('closing', () => {
  const bye = closing(1001, 'bye');
  const code = '\x03\xe9bye';

  test('the server closes as recorded, and the connection ends when the client has closed too', () => {
    const conversation = open([server.text('a'), server.close(bye), client.close(bye)]);
    expect(spoken(conversation)).toEqual(['1 a', `8 ${code}`, 'listen']);
    expect(hear(conversation, client.text('too late'))).toEqual(fine);
    expect(hear(conversation, client.close(bye))).toEqual(fine);
    expect(spoken(conversation)).toEqual(['end']);
  });

  test('the close of the client is answered as recorded, whatever code it has now', () => {
    const conversation = open([client.text('a'), client.close(closing(1000)), server.text('last'), server.close(bye)]);
    hear(conversation, client.text('a'));
    expect(hear(conversation, client.close(closing(4000)))).toEqual(fine);
    expect(spoken(conversation)).toEqual(['1 last', `8 ${code}`, 'end']);
  });

  test('a client that leaves early is let go, with the recorded close', () => {
    const conversation = open([client.text('a'), client.close(closing(1000)), server.close(bye)]);
    expect(hear(conversation, client.close(closing(1000)))).toEqual({ kind: 'leave', close: bye });
  });

  test('without a recorded close the code of the client comes back', () => {
    const conversation = open([client.text('a')]);
    expect(hear(conversation, client.close(closing(4001, 'tired')))).toEqual({ kind: 'leave', close: closing(4001) });
  });

  test('a close that was answered with a reset is again', () => {
    const conversation = open([client.close(closing(1000))], { resetMs: 1 });
    expect(hear(conversation, client.close(closing(1000)))).toEqual(fine);
    expect(spoken(conversation)).toEqual(['reset']);
  });

  test('a server that ended without a close does so again', () => {
    expect(spoken(open([server.text('a'), server.bytes('')]))).toEqual(['1 a', 'end']);
  });
});

describe('a client that departs from the recording', () => {
  test('another message is a miss, with its number and what differs', () => {
    const conversation = open([client.text('a'), client.text('{"total":12}')]);
    hear(conversation, client.text('a'));
    hear(conversation, client.ping('not counted'));
    expect(hear(conversation, client.text('{"total":13}'))).toEqual({
      kind: 'miss',
      miss: {
        kind: 'differs',
        unit: 'message',
        number: 2,
        differences: [
          {
            part: 'message',
            name: '/total',
            recorded: '12',
            incoming: '13',
            words: 'message /total: recorded 12, incoming 13',
          },
        ],
      },
    });
  });

  test('a message more than recorded is a miss', () => {
    const miss = { kind: 'extra', unit: 'message', number: 1, differences: [] };
    expect(hear(open([server.text('a')]), client.text('b'))).toEqual({ kind: 'miss', miss });
  });

  test('of a message that a limit cut, what is known must agree', () => {
    const whole = client.text('abcdef');
    const cut = { event: { ...whole.event, storedBytes: 3 }, payload: Buffer.from('abc') };
    expect(hear(open([cut]), client.text('abcxyz'))).toEqual(fine);
    expect(hear(open([cut]), client.text('abxdef')).kind).toBe('miss');
    expect(hear(open([cut]), client.text('abcdefg')).kind).toBe('miss');
  });
});

describe('bytes of another protocol', () => {
  test('count one by one, wherever they are cut', () => {
    const conversation = open([client.bytes('ab'), client.bytes('cd'), server.bytes('ok'), client.bytes('ef')]);
    expect(hear(conversation, client.bytes('abc'))).toEqual(fine);
    expect(spoken(conversation)).toEqual(['listen']);
    expect(hear(conversation, client.bytes('de'))).toEqual(fine);
    expect(spoken(conversation)).toEqual(['bytes ok', 'listen']);
    expect(hear(conversation, client.bytes('f'))).toEqual(fine);
  });

  test('another byte is a miss, with its number', () => {
    const conversation = open([client.bytes('ab'), client.bytes('cdef')]);
    hear(conversation, client.bytes('abc'));
    const heard = hear(conversation, client.bytes('dXf'));
    expect(heard).toMatchObject({
      miss: {
        kind: 'differs',
        unit: 'byte',
        number: 5,
        differences: [{ words: 'bytes: recorded 65 66 "ef", incoming 58 66 "Xf"' }],
      },
    });
  });

  test('a byte more than recorded is a miss', () => {
    const conversation = open([client.bytes('ab')]);
    expect(hear(conversation, client.bytes('abc'))).toMatchObject({ miss: { kind: 'extra', number: 3 } });
  });

  test('the end of a side is a turn of its own', () => {
    const conversation = open([client.bytes('ab'), client.bytes(''), server.bytes('sum'), server.bytes('')]);
    hear(conversation, client.bytes('ab'));
    expect(spoken(conversation)).toEqual(['listen']);
    expect(conversation.hearEnd()).toEqual(fine);
    expect(spoken(conversation)).toEqual(['bytes sum', 'end']);
  });

  test('a client that ends where the recorded one went on leaves', () => {
    expect(open([client.bytes('ab')]).hearEnd()).toEqual({ kind: 'leave' });
    expect(open([]).hearEnd()).toEqual({ kind: 'leave' });
  });
});

const anyText = fc.string({ maxLength: 5 });
const anyLine = fc
  .record({ isClient: fc.boolean(), kind: fc.constantFrom('text', 'binary'), text: anyText })
  .map(({ isClient, kind, text }) => (isClient ? client : server)[kind](text));

test('a client that repeats its side hears every word of the other, in order, however far it is ahead', () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 30 }), fc.infiniteStream(fc.boolean()), (lines, isAhead) => {
      const conversation = open(lines);
      const heard: string[] = [];
      const mine = lines.filter(({ event }) => event.direction === 'request');
      const take = (): void => void heard.push(...spoken(conversation).slice(0, -1));
      for (const said of mine) {
        if (!isAhead.next().value) take();
        expect(hear(conversation, said)).toEqual(fine);
      }
      take();
      const recorded = lines.filter(({ event }) => event.direction === 'response');
      const expected = recorded.map(({ event, payload }) => `${event.opcode} ${payload.toString('latin1')}`);
      expect(heard).toEqual(expected);
    }),
  );
});

test('where the bytes of a client are cut changes nothing', () => {
  const anyBytes = fc.string({ minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(fc.record({ isClient: fc.boolean(), text: anyBytes }), { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (script, cuts) => {
        const lines = script.map(({ isClient, text }) => (isClient ? client : server).bytes(text));
        const conversation = open(lines);
        const mine = Buffer.concat(
          lines.filter(({ event }) => event.direction === 'request').map(({ payload }) => payload),
        );
        const heard = spoken(conversation).slice(0, -1);
        for (let at = 0, i = 0; at < mine.length; i += 1) {
          const until = at + cuts[i % cuts.length]!;
          expect(hear(conversation, client.bytes(mine.subarray(at, until)))).toEqual(fine);
          heard.push(...spoken(conversation).slice(0, -1));
          at = until;
        }
        const recorded = lines.filter(({ event }) => event.direction === 'response');
        expect(heard).toEqual(recorded.map(({ payload }) => `bytes ${payload.toString('latin1')}`));
      },
    ),
  );
});
