import { hash } from 'node:crypto';
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
import { type Mask, MaskSet } from './mask-set.ts';

export interface RequestKey {
  /** 16 bytes, hex. */
  readonly key: string;
  /** Values of the masked places that are part of the key, in canonical order. */
  readonly slots: string[];
}

/**
 * The key of a request under the default match rules (behaviour.md §5): method, target name, path, query, body. Equal
 * requests have equal keys, whatever the order of query names, form fields and JSON members; the values at masked
 * places do not count but are handed back. Masks of places that are not part of the key (headers, cookies) or that the
 * request does not have do nothing.
 */
export function requestKey(request: KeyedRequest, masks: readonly Mask[]): RequestKey {
  const marks = new MaskSet(masks);
  const { path, queryStart } = splitTarget(request.target);
  const head = `${request.method}\n${request.targetName}\n${canonicalPath(path, marks)}\n`;
  const query =
    queryStart < request.target.length
      ? pairsText(canonicalPairs(request.target, queryStart, { kind: 'query', masks: marks }))
      : '';
  const body = request.body === undefined ? '' : bodyText(canonicalBody(request, marks), marks);
  return { key: hash('sha256', `${head}${query}\n${body}`, 'hex').slice(0, 32), slots: marks.slots };
}

function pairsText(pairs: readonly CanonicalPair[]): string {
  return pairs.map(([name, value]) => (value === undefined ? name : `${name}=${value}`)).join('&');
}

/** The kind comes first, so that a form and JSON of the same characters stay apart. */
function bodyText(body: CanonicalBody, masks: MaskSet): string {
  switch (body.kind) {
    case 'none':
      return '';
    case 'json':
      return `json\n${canonicalJson(body.text, body.root, masks)}`;
    case 'form':
      return `form\n${pairsText(body.pairs)}`;
    case 'bytes':
      return `bytes\n${body.sha256}`;
    default:
      return body satisfies never;
  }
}
