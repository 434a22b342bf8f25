import type { FreshResponse } from '../fresh-response.ts';
import { alteredText, isIdText, laterTime } from './altered-values.ts';
import type { Mutation, MutationContext, MutationKind } from './mutation.ts';

type WriteText = (text: string) => FreshResponse;

/** text[start, end) becomes `put`. */
interface Cut {
  readonly start: number;
  readonly end: number;
  readonly put: string;
}

function edits(text: string, write: WriteText): (kind: MutationKind, where: string, cut: Cut) => Mutation {
  return (kind, where, { start, end, put }) => ({
    kind,
    words: `${kind} ${where}`,
    // Where it is counted, the number says nothing of what it is.
    pattern: `${kind} ${where.replaceAll(/\d+/g, '*')}`,
    apply: () => write(text.slice(0, start) + put + text.slice(end)),
  });
}

/** What a reader does not see: comments, declarations, and what scripts and styles hold. By how each begins, its end. */
const unseen: readonly (readonly [begin: RegExp, end: string])[] = [
  [/^<!--/, '-->'],
  [/^<!\[CDATA\[/, ']]>'],
  [/^<script/i, '</script>'],
  [/^<style/i, '</style>'],
  [/^<[!?]/, '>'],
];
const unseenBegins = /<(?:[!?]|(?:script|style)\b)/gi;
const leafElement = /<([a-z_][\w:.-]*)(?:\s[^<>]*)?>[^<>]*<\/\1\s*>/gi;
const shownText = />([^<>]+)</g;
const tag = /<[a-z_][^<>]*>/gi;
const attribute = /\s([a-z_][\w:.-]*)\s?=\s?(?:"([^"]*)"|'([^']*)')/gi;

/** The text with white space in place of what is not seen, as long as it was. */
function shownOf(text: string): string {
  const lower = text.toLowerCase();
  let shown = '';
  let at = 0;
  for (const { index } of text.matchAll(unseenBegins)) {
    if (index < at) continue;
    const end = unseen.find(([begin]) => begin.test(text.slice(index, index + 9)))![1];
    const found = lower.indexOf(end, index);
    const until = found === -1 ? text.length : found + end.length;
    shown += text.slice(at, index) + ' '.repeat(until - index);
    at = until;
  }
  return shown + text.slice(at);
}

/** Of XML and HTML: an innermost element gone, another text, another attribute. */
export function* markupMutations(text: string, write: WriteText, { givenMs }: MutationContext): Generator<Mutation> {
  const edit = edits(text, write);
  const shown = shownOf(text);
  let count = 0;
  for (const { 0: element, 1: name, index } of shown.matchAll(leafElement)) {
    yield edit('drop', `<${name!}> ${count++}`, { start: index, end: index + element.length, put: '' });
  }
  count = 0;
  for (const { 1: whole, index } of shown.matchAll(shownText)) {
    const said = whole!.trim();
    const start = index + 1 + whole!.indexOf(said);
    if (said !== '') yield otherText(edit, { said, start, where: `text ${count++}`, givenMs });
  }
  count = 0;
  for (const { 0: whole, index: from } of shown.matchAll(tag)) {
    for (const { 0: all, 1: name, 2: quoted, 3: single, index } of whole.matchAll(attribute)) {
      const said = quoted ?? single!;
      const start = from + index + all.length - 1 - said.length;
      if (said !== '') yield otherText(edit, { said, start, where: `@${name!} ${count++}`, givenMs });
    }
  }
}

interface SaidText {
  readonly said: string;
  readonly start: number;
  readonly where: string;
  readonly givenMs: number;
}

function otherText(edit: ReturnType<typeof edits>, { said, start, where, givenMs }: SaidText): Mutation {
  const cut = { start, end: start + said.length };
  const later = laterTime(said, givenMs);
  if (later !== undefined) return edit('time', where, { ...cut, put: later });
  return edit('text', where, { ...cut, put: isIdText(said, where) ? 'undefined' : safelyAltered(said) });
}

/** A letter of `&amp;` is none. */
function safelyAltered(text: string): string {
  return text.includes('&') ? `${text}x` : alteredText(text);
}

/** Of a form: a field gone, another value. */
export function* formMutations(text: string, write: WriteText, { givenMs }: MutationContext): Generator<Mutation> {
  const edit = edits(text, write);
  let start = 0;
  for (const pair of text.split('&')) {
    const [name = '', said = ''] = pair.split(/=(.*)/s);
    const end = start + pair.length;
    if (pair !== '') yield edit('drop', name, { start, end: Math.min(end + 1, text.length), put: '' });
    if (said !== '') yield otherText(edit, { said, start: end - said.length, where: name, givenMs });
    start = end + 1;
  }
}

/** Of other text: a line gone, another word, another time. */
export function* plainMutations(text: string, write: WriteText, { givenMs }: MutationContext): Generator<Mutation> {
  const edit = edits(text, write);
  let number = 0;
  for (const { 0: line, index } of text.matchAll(/[^\n]*\n|[^\n]+$/g)) {
    number += 1;
    const said = line.trim();
    if (said === '') continue;
    yield edit('drop', `line ${number}`, { start: index, end: index + line.length, put: '' });
    yield otherText(edit, { said, start: index + line.indexOf(said), where: `line ${number}`, givenMs });
  }
}
