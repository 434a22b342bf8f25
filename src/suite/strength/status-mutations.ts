import { type Answer, answerWith } from './answer.ts';
import type { Mutation } from './mutation.ts';

/** What a wrong server answers instead: the failure of a success, the success of a failure, and a neighbour. */
export function* statusMutations(answer: Answer): Generator<Mutation> {
  const { status } = answer.facts;
  for (const other of otherStatuses(status)) {
    const words = `status ${status} → ${other}`;
    const change = other === 204 ? { status: other, body: Buffer.alloc(0) } : { status: other };
    yield { kind: 'status', words, pattern: words, apply: () => answerWith(answer, change) };
  }
}

const instead: Readonly<Record<number, readonly number[]>> = {
  2: [200, 204, 404, 500],
  3: [200, 302, 500],
  4: [200, 400, 500],
  5: [200, 503],
};

function otherStatuses(status: number): readonly number[] {
  return (instead[Math.floor(status / 100)] ?? [500]).filter((other) => other !== status);
}
