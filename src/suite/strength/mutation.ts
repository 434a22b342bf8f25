import type { JsonValue } from '../../model/json-value.ts';
import type { FreshResponse } from '../fresh-response.ts';

/** The ways in which an answer may be wrong, in the order reports show them. */
export const mutationKinds = [
  'status',
  'header',
  'cookie',
  'empty',
  'cut',
  'drop',
  'null',
  'type',
  'text',
  'number',
  'flag',
  'swap',
  'time',
  'token',
  'duplicate',
  'reorder',
] as const;
export type MutationKind = (typeof mutationKinds)[number];

/** What each kind does, for people. */
export const mutationWords: Readonly<Record<MutationKind, string>> = {
  status: 'another status',
  header: 'a header gone or changed',
  cookie: 'an attribute or value of a cookie gone or changed',
  empty: 'an empty body',
  cut: 'a body or stream that ends too early',
  drop: 'a member, element, line or message gone',
  null: 'null for a value',
  type: 'a value of another type',
  text: 'another text',
  number: 'a number off by one',
  flag: 'true for false',
  swap: 'the id of something else',
  time: 'a time off the clock',
  token: 'another claim in a token',
  duplicate: 'an element or message twice',
  reorder: 'two elements or messages in the other order',
};

/** One way in which one answer could be wrong. */
export interface Mutation {
  readonly kind: MutationKind;
  /** What is wrong where: `drop /items/0/price`. */
  readonly words: string;
  /** The words with array positions as `*`: the same for all like it. */
  readonly pattern: string;
  /** The wrong answer. */
  readonly apply: () => FreshResponse;
}

/** What mutations of one answer draw on. */
export interface MutationContext {
  /** The value of something else of the same kind; undefined where the session knows none. */
  readonly another: (value: JsonValue, name: string) => JsonValue | undefined;
  /** When the answer was given, in ms since the epoch. */
  readonly givenMs: number;
}

/** By how much times are off: more than a day, and no whole number of hours or minutes, which zones and people move by. */
export const timeErrorMs: number = (25 * 3600 + 17 * 60 + 3) * 1000;
