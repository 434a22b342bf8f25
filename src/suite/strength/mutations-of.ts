import type { Answer } from './answer.ts';
import { bodyMutations } from './body-mutations.ts';
import { headerMutations } from './header-mutations.ts';
import type { Mutation, MutationContext } from './mutation.ts';
import { statusMutations } from './status-mutations.ts';
import { talkMutations } from './stream-mutations.ts';

/**
 * Every way in which an answer could be wrong in one place, always in the same order. None of them is the answer itself,
 * and none is only another way to write it.
 */
export function* mutationsOf(answer: Answer, context: MutationContext): Generator<Mutation> {
  yield* statusMutations(answer);
  yield* headerMutations(answer, context);
  yield* bodyMutations(answer, context);
  yield* talkMutations(answer, context);
}
