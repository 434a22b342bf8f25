import { isJudgedHeader } from '../../compare/compare-headers.ts';
import { fromPairs, type HeaderPair, toPairs } from '../../model/headers.ts';
import type { FreshResponse } from '../fresh-response.ts';
import { type Answer, answerWith } from './answer.ts';
import { alteredText, alteredTokens, isIdText, laterTime } from './altered-values.ts';
import type { Mutation, MutationContext, MutationKind } from './mutation.ts';

/** Of the body, which is changed by itself. */
const ofTheBody = new Set(['content-length', 'content-encoding']);

/** New with every answer: another value is as right, but clients may rely on there being one. */
const anyValue = new Set(['x-request-id', 'x-correlation-id', 'sec-websocket-accept']);

/** Every way in which headers and trailers could be wrong in one place. Those of the connection say nothing. */
export function* headerMutations(answer: Answer, context: MutationContext): Generator<Mutation> {
  for (const part of ['headers', 'trailers'] as const) {
    const pairs = toPairs(answer.facts[part]);
    const write = (changed: readonly HeaderPair[]): FreshResponse => answerWith(answer, { [part]: fromPairs(changed) });
    for (const [index, pair] of pairs.entries()) {
      const name = pair[0].toLowerCase();
      const isIdle = !isJudgedHeader(name) && !anyValue.has(name) && name !== 'etag';
      if (isIdle || ofTheBody.has(name)) continue;
      const where = part === 'headers' ? name : `trailer ${name}`;
      const kind = name === 'set-cookie' ? 'cookie' : 'header';
      yield mutation(kind, `drop ${where}`, () => write(pairs.toSpliced(index, 1)));
      for (const { words, value, ...found } of otherValues(name, pair[1], context)) {
        yield mutation(found.kind ?? kind, words.replace('*', where), () => write(pairs.with(index, [pair[0], value])));
      }
    }
  }
}

function mutation(kind: MutationKind, words: string, apply: () => FreshResponse): Mutation {
  return { kind, words, pattern: words, apply };
}

interface OtherValue {
  /** The header's name goes where `*` is. */
  readonly words: string;
  readonly value: string;
  readonly kind?: MutationKind;
}

function otherValues(name: string, value: string, context: MutationContext): readonly OtherValue[] {
  if (anyValue.has(name)) return [];
  if (name === 'set-cookie') return otherCookies(value, context.givenMs);
  const later = laterTime(value, context.givenMs);
  if (later !== undefined) return [{ words: 'shift *', value: later, kind: 'time' }];
  const other = otherOf(name, value);
  const special = other === undefined ? [] : [{ words: `* as ${other}`, value: other }];
  const swapped = context.another(value, name);
  const swap: OtherValue[] = typeof swapped === 'string' ? [{ words: 'swap *', value: swapped, kind: 'swap' }] : [];
  return [...special, ...swap, { words: 'change *', value: alteredHeader(name, value) }];
}

/** What servers are known to say when they are wrong. */
function otherOf(name: string, value: string): string | undefined {
  if (name === 'content-type') return /^text\/html/i.test(value) ? 'text/plain' : 'text/html';
  if (name === 'cache-control') return /no-store/i.test(value) ? 'public, max-age=31536000' : 'no-store';
  return undefined;
}

function alteredHeader(name: string, value: string): string {
  // The type itself, not its charset.
  if (name === 'content-type') return value.replace(/^[^;]+/, alteredText);
  const text = value.replace(/^(?:W\/)?"(.*)"$/, '$1');
  return isIdText(text, name) ? value.replace(text, 'undefined') : alteredText(value);
}

/** A cookie without one of its attributes, with one changed, with another value. */
function otherCookies(cookie: string, givenMs: number): OtherValue[] {
  const pieces = cookie.split(';');
  const [name, value] = [pieces[0]!.split('=', 1)[0]!.trim(), pieces[0]!.slice(pieces[0]!.indexOf('=') + 1)];
  const put = (index: number, piece: string): string => pieces.with(index, piece).join(';');
  const found: OtherValue[] = pieces.slice(1).flatMap((piece, index): OtherValue[] => {
    const attribute = piece.split('=', 1)[0]!.trim();
    if (attribute === '') return [];
    const without = { words: `* ${name} without ${attribute}`, value: pieces.toSpliced(index + 1, 1).join(';') };
    const said = piece.slice(piece.indexOf('=') + 1).trim();
    const later = laterTime(said, givenMs);
    const at = `* ${name} ${attribute}`;
    if (later !== undefined)
      return [without, { words: `shift ${at}`, value: put(index + 1, ` ${attribute}=${later}`), kind: 'time' }];
    if (!piece.includes('=')) return [without];
    const other = attribute.toLowerCase() === 'samesite' ? (/none/i.test(said) ? 'Lax' : 'None') : alteredText(said);
    return [without, { words: `change ${at}`, value: put(index + 1, ` ${attribute}=${other}`) }];
  });
  if (value === '') return found;
  const [token] = alteredTokens(value);
  const other = isIdText(value, name) ? 'undefined' : alteredText(value);
  return [
    ...found,
    ...(token
      ? [{ words: `* ${name} (${token.claim})`, value: put(0, `${name}=${token.token}`), kind: 'token' as const }]
      : []),
    { words: `change * ${name}`, value: put(0, `${name}=${other}`) },
  ];
}
