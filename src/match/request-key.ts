import { hash } from 'node:crypto';
import { headerValues } from '../model/headers.ts';
import { cookieValues } from '../model/cookies.ts';
import type { CompiledRule } from '../model/match-rule-set.ts';
import { canonicalJson } from './canonical-json.ts';
import {
  type CanonicalBody,
  canonicalBody,
  type CanonicalPair,
  canonicalPairs,
  canonicalPath,
  type KeyedRequest,
  splitTarget,
} from './canonical-request.ts';
import { canonicalXml } from './canonical-xml.ts';
import { KeyMarks, type PreparedRules, type TypedValue } from './key-marks.ts';
import { leftOut, type Mask, type Marks, MaskSet } from './mask-set.ts';

/**
 * Of the rules by which canonical forms are made. To be raised whenever a request may get another key than before: keys
 * are stored with recordings, and are made anew when this number is another.
 */
export const keyVersion = 2;

export interface RequestKey {
  /** 16 bytes, hex. */
  readonly key: string;
  /** Values of the masked places that are part of the key, in canonical order. */
  readonly slots: string[];
  /** Values that a match rule lets differ. */
  readonly typed: readonly TypedValue[];
  /** So many of the last slots are headers and cookies that a rule lets count: their values must agree. */
  readonly named: number;
}

const noRules: readonly CompiledRule[] = [];
const noneTyped: readonly TypedValue[] = [];

/**
 * The key of a request under the default match rules (behaviour.md §5): method, target name, path, query, body; and
 * under what `rules` (those about this request) change of them. Equal requests have equal keys, whatever the order of
 * query names, form fields and JSON members; the values at masked places do not count but are handed back. Masks of
 * places that are not part of the key or that the request does not have do nothing.
 */
export function requestKey(
  request: KeyedRequest,
  masks: readonly Mask[],
  rules: readonly CompiledRule[] = noRules,
): RequestKey {
  if (rules.length === 0) {
    const marks = new MaskSet(masks);
    return { key: keyOf(canonicalText(request, marks)), slots: marks.slots, typed: noneTyped, named: 0 };
  }
  const marks = new KeyMarks(masks, rules);
  const key = keyOf(canonicalText(request, marks, marks.rules));
  return { key, slots: marks.slots, typed: marks.typed, named: marks.named };
}

/** 16 bytes, hex. */
export function keyOf(canonical: string): string {
  return hash('sha256', canonical, 'hex').slice(0, 32);
}

/** Everything that counts of a request, in one text. */
export function canonicalText(request: KeyedRequest, marks: Marks, rules?: PreparedRules): string {
  const ignored = rules?.ignored;
  const { path, queryStart } = splitTarget(request.target);
  const method = ignored?.has('method') ? leftOut : request.method;
  const authority = ignored?.has('authority') ? leftOut : request.targetName;
  const place = ignored?.has('path') ? leftOut : canonicalPath(path, marks);
  const query =
    queryStart < request.target.length && !ignored?.has('query')
      ? pairsText(canonicalPairs(request.target, queryStart, { kind: 'query', masks: marks }))
      : '';
  const body = request.body === undefined || ignored?.has('body') ? '' : bodyText(canonicalBody(request, marks), marks);
  return `${method}\n${authority}\n${place}\n${query}\n${body}${rules ? addedText(request, marks, rules) : ''}`;
}

/** Headers and cookies count only where a rule says so. */
function addedText({ headers }: KeyedRequest, marks: Marks, rules: PreparedRules): string {
  const lines: string[] = [];
  const add = (place: string, value: string): void => {
    const mark = marks.take(place, value);
    if (mark !== leftOut) lines.push(`${place}: ${mark ?? value}`);
  };
  for (const name of rules.headers) {
    headerValues(headers, name).forEach((value, i) => add(`header:${name}[${i}]`, value));
  }
  for (const name of rules.cookies) {
    for (const value of cookieValues(headers, name)) add(`cookie:${name}`, value);
  }
  return lines.length === 0 ? '' : `\n${lines.join('\n')}`;
}

function pairsText(pairs: readonly CanonicalPair[]): string {
  return pairs.map(([name, value]) => (value === undefined ? name : `${name}=${value}`)).join('&');
}

/** The kind comes first, so that a form and JSON of the same characters stay apart. */
function bodyText(body: CanonicalBody, masks: Marks): string {
  switch (body.kind) {
    case 'none':
      return '';
    case 'json':
      return `json\n${canonicalJson(body.text, body.root, masks)}`;
    case 'form':
      return `form\n${pairsText(body.pairs)}`;
    case 'xml':
      return `xml\n${canonicalXml(body.document, masks)}`;
    case 'bytes': {
      const mark = body.text === undefined || !masks.has('text') ? undefined : masks.take('text:', body.text);
      return mark === undefined ? `bytes\n${body.sha256}` : `text\n${mark}`;
    }
    default:
      return body satisfies never;
  }
}
