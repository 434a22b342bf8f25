import { expect, test } from 'vitest';
import { invariantWords } from '../../../src/compare/invariants/claim-words.ts';
import { learnInvariants } from '../../../src/compare/invariants/learn-invariants.ts';
import { sample } from '../../support/samples.ts';

interface Answer {
  readonly body: unknown;
  readonly context?: Readonly<Record<string, string>>;
  readonly headers?: readonly string[];
}

const learned = (answers: readonly Answer[]): string[] =>
  learnInvariants(
    answers.map(({ body, context = {}, headers = [] }) =>
      sample(body, { context: new Map(Object.entries(context)), headers }),
    ),
  )
    .filter(({ claim }) => claim.kind === 'equal' || claim.kind === 'contains')
    .map(invariantWords);

test('the identifier in the path, in headers and links', () => {
  const answers = [1, 2, 3].map((id) => ({
    body: { id, owner: { id: 7 }, self: `http://127.0.0.1/orders/${id}` },
    context: { 'path 2': String(id) },
    headers: ['Location', `/orders/${id}`],
  }));
  expect(learned(answers)).toEqual([
    'id = segment 2 of the path',
    'self contains segment 2 of the path',
    'header location contains segment 2 of the path',
  ]);
});

test('small numbers under other names need many instances', () => {
  const answers = (count: number) => Array.from({ length: count }, (_, i) => ({ body: { rank: i * i, level: i * i } }));
  expect(learned(answers(4))).toEqual([]);
  expect(learned(answers(12))).toEqual(['level = rank']);
});

test('what an earlier answer said, its times only when they are finer than a second', () => {
  const answers = (format: (ms: number) => string) =>
    [0, 1250, 8790].map((after, i) => {
      const at = format(Date.parse('2026-03-01T12:00:00.120Z') + after);
      return {
        body: { createdAt: at, ref: `r-77${i}a1` },
        context: { 'POST /orders /createdAt': at, 'POST /orders /ref': `r-77${i}a1` },
      };
    });
  expect(learned(answers((ms) => new Date(ms).toISOString()))).toEqual([
    'createdAt = createdAt of POST /orders',
    'ref = ref of POST /orders',
  ]);
  expect(learned(answers((ms) => new Date(ms).toUTCString()))).toEqual(['ref = ref of POST /orders']);
});
