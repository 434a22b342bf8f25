import { describe, expect, test } from 'vitest';
import type { Candidate } from '../../src/match/candidate-groups.ts';
import { choose, type ExhaustedPolicy, type Sequence } from '../../src/match/choose.ts';
import { Lane } from '../../src/match/lane.ts';
import { isWrite } from '../../src/model/exchange.ts';

/** A recorded session as `METHOD key` lines; `!` after the key: not servable. */
class Recorded {
  readonly #byKey: Map<string, Candidate[]>;

  constructor(lines: readonly string[]) {
    let epoch = 0;
    const rows = lines.map((line, position) => {
      const row = { key: line.replace('!', ''), position, epoch, slots: [], servable: !line.endsWith('!') };
      if (isWrite(line.split(' ')[0]!)) epoch += 1;
      return row;
    });
    this.#byKey = Map.groupBy(rows, ({ key }) => key);
  }

  /** Asks in one lane; each answer is the position served, `+later-epoch` and the like, or the code of the miss. */
  replay(
    asked: readonly string[],
    options: { sequence?: Sequence; lane?: Lane; exhausted?: ExhaustedPolicy } = {},
  ): string[] {
    const lane = options.lane ?? new Lane();
    return asked.map((key) => {
      const choice = choose(lane, this.#byKey.get(key) ?? [], {
        key,
        method: key.split(' ')[0]!,
        sequence: options.sequence ?? 'epoch',
        slots: [],
        ...(options.exhausted ? { exhausted: options.exhausted } : {}),
      });
      if (choice.kind === 'miss') return choice.code;
      return [choice.candidate.position, ...choice.relaxations].join('+');
    });
  }
}

const cases: readonly {
  readonly title: string;
  readonly recorded: readonly string[];
  readonly asked: readonly string[];
  readonly served: readonly string[];
  readonly sequence?: Sequence;
}[] = [
  {
    title: 'the same requests in the same order get the same recordings',
    recorded: ['GET /a', 'POST /a', 'GET /a', 'DELETE /a', 'GET /a'],
    asked: ['GET /a', 'POST /a', 'GET /a', 'DELETE /a', 'GET /a'],
    served: ['0', '1', '2', '3', '4'],
  },
  {
    title: 'polling goes through the recordings and stays at the last, however long it takes',
    recorded: ['GET /job', 'GET /job', 'GET /job'],
    asked: ['GET /job', 'GET /job', 'GET /job', 'GET /job', 'GET /job'],
    served: ['0', '1', '2', '2', '2'],
  },
  {
    title: 'polling less often than recorded does not leak into the next epoch',
    recorded: ['GET /job', 'GET /job', 'POST /x', 'GET /job'],
    asked: ['GET /job', 'POST /x', 'GET /job'],
    served: ['0', '2', '3'],
  },
  {
    title: 'a read nobody recorded in this epoch gets the most recent one of an earlier epoch, again and again',
    recorded: ['GET /a', 'GET /a', 'POST /x', 'POST /x', 'GET /b'],
    asked: ['POST /x', 'POST /x', 'GET /a', 'GET /a'],
    served: ['2', '3', '1', '1'],
  },
  {
    title: 'a read recorded only after a write that has not come yet is a relaxation, and goes on when the write came',
    recorded: ['POST /x', 'GET /a', 'GET /a', 'GET /a'],
    asked: ['GET /a', 'GET /a', 'POST /x', 'GET /a', 'GET /a'],
    served: ['1+later-epoch', '2+later-epoch', '0', '3', '3'],
  },
  {
    title: 'a later epoch is never preferred to an earlier one',
    recorded: ['GET /a', 'POST /x', 'GET /b', 'POST /x', 'GET /a'],
    asked: ['POST /x', 'GET /a'],
    served: ['1', '0'],
  },
  {
    title: 'of several later epochs the nearest answers',
    recorded: ['POST /x', 'GET /a', 'POST /x', 'GET /a'],
    asked: ['GET /a', 'GET /a'],
    served: ['1+later-epoch', '1+later-epoch'],
  },
  {
    title: 'reads of one epoch may come in any order',
    recorded: ['POST /x', 'GET /a', 'GET /b', 'GET /c', 'POST /x', 'GET /b'],
    asked: ['POST /x', 'GET /c', 'GET /b', 'GET /a', 'POST /x', 'GET /b'],
    served: ['0', '3', '2', '1', '4', '5'],
  },
  {
    title: 'a write consumes each recording once; one too many is a miss',
    recorded: ['POST /x', 'POST /x'],
    asked: ['POST /x', 'POST /x', 'POST /x'],
    served: ['0', '1', 'exhausted'],
  },
  {
    title: 'a write that was skipped stays skipped for the reads after a later one',
    recorded: ['POST /x', 'GET /a', 'POST /y', 'GET /a'],
    asked: ['POST /y', 'GET /a', 'POST /x', 'GET /a'],
    served: ['2', '3', '0', '3'],
  },
  {
    title: 'parallel writes in another order leave the lane in the epoch of the furthest',
    recorded: ['POST /x', 'POST /y', 'GET /a'],
    asked: ['POST /y', 'POST /x', 'GET /a'],
    served: ['1', '0', '2'],
  },
  {
    title: 'a read that overlapped a write is answered on either side of it',
    recorded: ['GET /a', 'PUT /a', 'GET /a'],
    asked: ['PUT /a', 'GET /a', 'GET /a'],
    served: ['1', '2', '2'],
  },
  {
    title: 'what no recording has is unmatched',
    recorded: ['GET /a'],
    asked: ['GET /b', 'GET /a'],
    served: ['unmatched', '0'],
  },
  {
    title: 'an incomplete recording is never served: the next complete one is',
    recorded: ['GET /a!', 'GET /a', 'POST /x!', 'POST /x'],
    asked: ['GET /a', 'GET /a', 'POST /x', 'POST /x'],
    served: ['1', '1', '3', 'exhausted'],
  },
  {
    title: 'only incomplete recordings are a miss of their own',
    recorded: ['GET /a!', 'GET /a!'],
    asked: ['GET /a'],
    served: ['incomplete'],
  },
  {
    title: 'reads of WebDAV are reads',
    recorded: ['PROPFIND /d', 'REPORT /d', 'PROPFIND /d'],
    asked: ['PROPFIND /d', 'PROPFIND /d', 'PROPFIND /d'],
    served: ['0', '2', '2'],
  },
  {
    title: 'ordered: recordings come once each, in recorded order',
    recorded: ['GET /a', 'GET /b', 'GET /a', 'POST /x'],
    asked: ['GET /a', 'GET /b', 'GET /a', 'GET /a', 'POST /x', 'GET /b'],
    served: ['0', '1', '2', 'exhausted', '3', 'exhausted'],
    sequence: 'ordered',
  },
  {
    title: 'ordered: passing over recordings is a relaxation, and they do not come back',
    recorded: ['GET /a', 'GET /b', 'GET /a'],
    asked: ['GET /b', 'GET /a', 'GET /b'],
    served: ['1+skipped', '2', 'exhausted'],
    sequence: 'ordered',
  },
  {
    title: 'any: the first complete recording answers always, writes included',
    recorded: ['GET /a!', 'GET /a', 'POST /x', 'GET /a', 'POST /x'],
    asked: ['POST /x', 'POST /x', 'GET /a', 'GET /a'],
    served: ['2', '2', '1', '1'],
    sequence: 'any',
  },
];

describe('choosing a recording', () => {
  test.each(cases)('$title', ({ recorded, asked, served, sequence }) => {
    expect(new Recorded(recorded).replay(asked, sequence ? { sequence } : {})).toEqual(served);
  });

  test('lanes do not meet', () => {
    const recorded = new Recorded(['GET /a', 'POST /x', 'GET /a']);
    const first = new Lane();
    expect(recorded.replay(['GET /a', 'POST /x', 'GET /a'], { lane: first })).toEqual(['0', '1', '2']);
    expect(recorded.replay(['GET /a', 'POST /x'])).toEqual(['0', '1']);
    expect(recorded.replay(['POST /x'], { lane: first })).toEqual(['exhausted']);
  });

  test('an exhausted write says how many were recorded and which was the last', () => {
    const lane = new Lane();
    const only = { position: 3, epoch: 1, slots: [], servable: true };
    const options = { key: 'k', method: 'POST', sequence: 'epoch', slots: [] } as const;
    expect(choose(lane, [only], options)).toEqual({ kind: 'hit', candidate: only, relaxations: [] });
    expect(choose(lane, [only], options)).toEqual({ kind: 'miss', code: 'exhausted', last: only, recorded: 1 });
  });
});

describe('when all recordings of a request were served', () => {
  const recorded = new Recorded(['POST /x', 'GET /a', 'POST /x', 'GET /a']);
  const writes = ['POST /x', 'POST /x', 'POST /x', 'POST /x', 'POST /x', 'GET /a'];

  test.each([
    ['miss', ['0', '2', 'exhausted', 'exhausted', 'exhausted', '3']],
    ['last', ['0', '2', '2+repeated', '2+repeated', '2+repeated', '3']],
    ['loop', ['0', '2', '0+repeated', '2+repeated', '0+repeated', '3']],
  ] as const)('--exhausted %s', (exhausted, served) => {
    expect(recorded.replay(writes, { exhausted })).toEqual(served);
  });

  test.each([
    ['miss', ['0', '1', '2', '3', 'exhausted', 'exhausted']],
    ['last', ['0', '1', '2', '3', '2+repeated', '3+repeated']],
    ['loop', ['0', '1', '2', '3', '0+repeated', '1']],
  ] as const)('--exhausted %s in recorded order', (exhausted, served) => {
    const asked = ['POST /x', 'GET /a', 'POST /x', 'GET /a', 'POST /x', 'GET /a'];
    expect(recorded.replay(asked, { exhausted, sequence: 'ordered' })).toEqual(served);
  });
});

describe('with learned facts', () => {
  const read = (position: number, more: Partial<Candidate> = {}): Candidate => ({
    position,
    epoch: position,
    slots: [],
    servable: true,
    isWrite: false,
    state: 1,
    since: 0,
    after: 0,
    ...more,
  });
  const write = (position: number, changes: readonly number[]): Candidate => ({
    ...read(position),
    isWrite: true,
    opens: position + 1,
    changes,
  });
  const sure = (position: number): Candidate => ({ ...write(position, [1]), surely: [9] });
  const ask = (lane: Lane, key: string, candidates: readonly Candidate[]): string => {
    const choice = choose(lane, candidates, { key, method: 'POST', sequence: 'epoch', slots: [] });
    return choice.kind === 'miss' ? choice.code : [choice.candidate.position, ...choice.relaxations].join('+');
  };

  test('a write moves only the states that it changes', () => {
    const lane = new Lane();
    const [a, b] = [
      [read(0), read(3, { since: 3, after: 1 })],
      [read(1, { state: 2 }), read(4, { state: 2 })],
    ];
    expect([ask(lane, 'a', a), ask(lane, 'w', [write(2, [1])]), ask(lane, 'a', a)]).toEqual(['0', '2', '3']);
    expect([ask(lane, 'b', b), ask(lane, 'b', b), ask(lane, 'b', b)]).toEqual(['1', '4', '4']);
  });

  test('a POST that reads never runs out', () => {
    const lane = new Lane();
    expect([1, 2].map(() => ask(lane, 'a', [read(0)]))).toEqual(['0', '0']);
  });

  test('an older state than that of the lane is a relaxation where a write is known to have changed it', () => {
    const lane = new Lane();
    ask(lane, 'w', [sure(1)]);
    expect(ask(lane, 'a', [read(0, { changedBy: 9 })])).toBe('0+earlier-epoch');
    expect(ask(lane, 'b', [read(0, { changedBy: 8 })])).toBe('0');
  });

  test('a write that only might have changed a read leaves the newest recording before it as it is', () => {
    const lane = new Lane();
    ask(lane, 'w', [write(5, [1])]);
    expect(ask(lane, 'a', [read(0)])).toBe('0');
    expect(ask(lane, 'b', [read(4, { since: 4, after: 1 })])).toBe('4+later-epoch');
  });

  test('a state with a write behind it that the lane has passed over is a relaxation', () => {
    const lane = new Lane();
    const reads = [read(4, { since: 4, after: 2 })];
    ask(lane, 'second', [write(3, [1])]);
    expect(ask(lane, 'a', reads)).toBe('4+later-epoch');
    ask(lane, 'first', [write(1, [1])]);
    expect(ask(lane, 'a', reads)).toBe('4');
  });

  test('a read that overlapped with a write stands for either side of it', () => {
    const reads = [read(2, { since: 0, after: 0, between: [0, 4] })];
    const lane = new Lane();
    expect(ask(lane, 'a', reads)).toBe('2');
    ask(lane, 'w', [write(3, [1])]);
    expect(ask(lane, 'a', reads)).toBe('2');
    ask(lane, 'w2', [sure(5)]);
    expect(ask(lane, 'a', reads)).toBe('2');
    expect(ask(lane, 'a', [{ ...reads[0]!, changedBy: 9 }])).toBe('2+earlier-epoch');
    const skipping = new Lane();
    ask(skipping, 'w', [write(3, [1])]);
    expect(ask(skipping, 'a', [{ ...reads[0]!, after: 1 }])).toBe('2+later-epoch');
  });

  test('of recordings of several states under one key, one that shows the lane its own state is preferred', () => {
    const lane = new Lane();
    const reads = [read(2, { since: 2, after: 1 }), read(4, { state: 2 })];
    expect(ask(lane, 'a', reads)).toBe('4');
    ask(lane, 'w', [write(1, [1])]);
    expect(ask(lane, 'a', reads)).toBe('2');
  });
});

describe('recordings that differ only in redacted values', () => {
  const login = (position: number, slot: string): Candidate => ({
    position,
    epoch: position,
    slots: [slot],
    servable: true,
  });
  const candidates = [login(0, 'PA'), login(1, 'PB'), login(2, 'PA')];
  const ask = (lane: Lane, value: string, pseudonym?: (value: string) => string): unknown => {
    const choice = choose(lane, candidates, {
      key: 'k',
      method: 'POST',
      sequence: 'epoch',
      slots: [value],
      ...(pseudonym ? { pseudonym } : {}),
    });
    return choice.kind === 'hit' ? choice.candidate.position : choice;
  };

  test('are chosen by the value, each value with its own cursor', () => {
    const lane = new Lane();
    const pseudonym = (value: string): string => `P${value.toUpperCase()}`;
    expect(ask(lane, 'b', pseudonym)).toBe(1);
    expect(ask(lane, 'a', pseudonym)).toBe(0);
    expect(ask(lane, 'PA')).toBe(2);
    expect(ask(lane, 'PA')).toMatchObject({ code: 'exhausted', recorded: 2 });
  });

  test('are not guessed: without the key an unknown value is ambiguous, and nothing moves', () => {
    const lane = new Lane();
    expect(ask(lane, 'a')).toEqual({
      kind: 'miss',
      code: 'ambiguous',
      between: [candidates[0], candidates[1]],
      slot: 0,
    });
    expect([lane.madeUpTo(0, 9), ask(lane, 'PA')]).toEqual([0, 0]);
  });
});

test('a key with 100,000 recordings costs no more than a few', () => {
  const one = { slots: [], servable: true };
  const at = (position: number): Candidate => ({ ...one, position, epoch: Math.floor(position / 2) });
  const candidates = Array.from({ length: 100_000 }, (_, position) => at(position));
  const lane = new Lane();
  choose(lane, candidates, { key: 'k', method: 'GET', sequence: 'epoch', slots: [] });
  const start = performance.now();
  for (let epoch = 0; epoch < 50_000; epoch++) {
    lane.make({ opens: epoch, changes: [0] });
    const choice = choose(lane, candidates, { key: 'k', method: 'GET', sequence: 'epoch', slots: [] });
    if (choice.kind !== 'hit' || choice.candidate.epoch !== epoch) throw new Error('not the recording of this epoch');
  }
  // A scan of the candidates would take minutes.
  expect(performance.now() - start).toBeLessThan(5000);
});
