import type { FreshResponse } from '../../src/suite/fresh-response.ts';
import type { Answer } from '../../src/suite/strength/answer.ts';
import type { Mutation, MutationContext } from '../../src/suite/strength/mutation.ts';
import { baselineAt, response, type ResponseParts } from './comparable.ts';
import { responseOf } from '../../src/model/exchange.ts';

/** A recorded answer to make wrong ones of; JSON unless its headers say otherwise. */
export function answer(parts: ResponseParts = {}): Answer {
  const { outcome, body } = response(parts);
  return { outcome, facts: responseOf(outcome)!, body };
}

export const noOthers: MutationContext = { another: () => undefined, givenMs: baselineAt };

/** Words of mutations, with the text of the wrong body behind each. */
export function toldBodies(mutations: Iterable<Mutation>): string[] {
  return Array.from(mutations, ({ words, apply }) => `${words}: ${apply().body.toString()}`);
}

/** The same with what `show` says of the wrong answer. */
export function told(mutations: Iterable<Mutation>, show: (wrong: FreshResponse) => unknown): string[] {
  return Array.from(mutations, ({ words, apply }) => `${words}: ${String(show(apply()))}`);
}
