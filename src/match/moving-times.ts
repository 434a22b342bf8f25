import { nameWords } from '../model/identity.ts';
import { type JsonLeaf, type JsonNode, jsonString } from '../model/json-tree.ts';
import { readTime, type WrittenTime } from '../model/time-shift.ts';
import type { TimeStretch } from '../model/volatile-class.ts';
import { clockSlackMs } from '../model/volatile-policy.ts';

/** A leaf that holds a time which moves with the clock: text[start, end), quotes excluded. */
export interface MovingTime {
  readonly start: number;
  readonly end: number;
  /** Decoded. */
  readonly text: string;
}

/** No cookie lives longer (RFC 6265bis §5.5); what ends later than that is written down, not counted from now. */
const horizonMs = 400 * 86_400_000;

const endWords: ReadonlySet<string> = new Set([
  'exp',
  'expire',
  'expires',
  'expired',
  'expiry',
  'expiration',
  'expiring',
  'deadline',
  'nbf',
  'reset',
  'retry',
]);
/** Two words that say so together: `validUntil`, `not_after`, `refreshBefore`, `renewsAt`, `Retry-After`. */
const endPairs =
  /\b(?:valid (?:until|to|till|from|through|before)|not (?:before|after)|(?:refresh|renew|renews|refreshes) (?:at|before|by|after|on)|good (?:until|through))\b/;
const birthWords: ReadonlySet<string> = new Set(['birth', 'birthday', 'birthdate', 'dob', 'born']);

/** Does a field of this name say until or from when something counts? */
export function isEndName(name: string): boolean {
  const words = nameWords(name);
  return words.some((word) => endWords.has(word)) || endPairs.test(words.join(' '));
}

/**
 * Does a time move with the clock? It does where it lies in the recording, a little more to both sides; or where the name
 * of its field says that something ends (or begins) then, and that is neither before the recording nor more than 400
 * days after it. Days of birth never do.
 */
export function movesWithClock(name: string, time: WrittenTime, window: TimeStretch): boolean {
  if (nameWords(name).some((word) => birthWords.has(word))) return false;
  if (isInside(time, window)) return true;
  return isEndName(name) && isAhead(time, window);
}

function isInside({ at }: WrittenTime, { fromMs, toMs }: TimeStretch): boolean {
  return at.fromMs <= toMs + clockSlackMs && at.toMs >= fromMs - clockSlackMs;
}

function isAhead({ fromMs: at }: WrittenTime, { fromMs, toMs }: TimeStretch): boolean {
  return at >= fromMs - clockSlackMs && at <= toMs + horizonMs;
}

/**
 * The times of a JSON document that move with the clock: those of `movesWithClock`, and those that lie a whole distance
 * after such a one in the same object, no more than 400 days: whole seconds where both are finer than that, whole minutes
 * otherwise. Of these, one on a full minute is a date that somebody chose.
 */
export function movingTimes(text: string, root: JsonNode, window: TimeStretch): MovingTime[] {
  const moving: MovingTime[] = [];
  const take = (leaf: JsonLeaf): void => {
    const isText = leaf.kind === 'string';
    const inner = isText ? { start: leaf.start + 1, end: leaf.end - 1 } : { start: leaf.start, end: leaf.end };
    moving.push({ ...inner, text: leafText(text, leaf) });
  };
  const walk = (node: JsonNode, name: string): void => {
    if (node.kind === 'array') {
      for (const item of node.items) walk(item, name);
    } else if (node.kind === 'object') {
      const rest: { readonly leaf: JsonLeaf; readonly time: WrittenTime; readonly name: string }[] = [];
      const inside: WrittenTime[] = [];
      for (const { key, value } of node.members) {
        const time = timeOf(text, value);
        if (!time) walk(value, key);
        else if (movesWithClock(key, time, window)) {
          if (isInside(time, window)) inside.push(time);
          take(value as JsonLeaf);
        } else rest.push({ leaf: value as JsonLeaf, time, name: key });
      }
      for (const { leaf, time, name: key } of rest) {
        const isBirth = nameWords(key).some((word) => birthWords.has(word));
        if (!isBirth && isAhead(time, window) && inside.some((one) => isWholeDistance(one, time))) take(leaf);
      }
    } else {
      const time = timeOf(text, node);
      if (time && movesWithClock(name, time, window)) take(node);
    }
  };
  walk(root, '');
  return moving.toSorted((a, b) => a.start - b.start);
}

function isWholeDistance(from: WrittenTime, to: WrittenTime): boolean {
  if (from.isDay || to.isDay) return false;
  const distance = to.fromMs - from.fromMs;
  if (from.isFine && to.isFine) return distance % 1000 === 0 && to.fromMs % 1000 !== 0;
  return distance % 60_000 === 0 && to.fromMs % 60_000 !== 0;
}

function timeOf(text: string, node: JsonNode): WrittenTime | undefined {
  if (node.kind !== 'string' && node.kind !== 'number') return undefined;
  return node.end - node.start > 64 ? undefined : readTime(leafText(text, node));
}

function leafText(text: string, leaf: JsonLeaf): string {
  return leaf.kind === 'string' ? jsonString(text, leaf) : text.slice(leaf.start, leaf.end);
}
