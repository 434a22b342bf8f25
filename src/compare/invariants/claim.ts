import type { TextShape } from './text-shape.ts';

/**
 * Name of a value as seen from an entity: a JSON Pointer for what lies in it (`/price`, empty for the entity itself),
 * `header etag`, or what the request and earlier answers say: `path 2`, `query page`, `POST /orders /createdAt`.
 */
export type FieldName = string;

export type DigestAlgorithm = 'md5' | 'sha1' | 'sha256' | 'sha512' | 'crc32';
export type DigestEncoding = 'hex' | 'HEX' | 'base64' | 'base64url';

/** Something that was true of every recorded response in which it could be. */
export type Claim =
  /** Volatile values and the text around them: `ord_‹uuid v4 lower›`. */
  | { readonly kind: 'format'; readonly field: FieldName; readonly format: string }
  | { readonly kind: 'shape'; readonly field: FieldName; readonly shape: TextShape }
  | { readonly kind: 'words'; readonly field: FieldName; readonly words: readonly string[] }
  | { readonly kind: 'number'; readonly field: FieldName; readonly is: 'whole' | 'not negative' }
  /** Two moments, in any notation. */
  | {
      readonly kind: 'later';
      readonly field: FieldName;
      readonly of: FieldName;
      readonly byMs: number;
      /** What the notations and two looks at one clock may add. */
      readonly toleranceMs: number;
    }
  /** Two numbers; `by` in billionths. */
  | { readonly kind: 'plus'; readonly field: FieldName; readonly of: FieldName; readonly by: bigint }
  | { readonly kind: 'equal'; readonly field: FieldName; readonly of: FieldName }
  /** A URL or path in which the value of `of` is a segment or parameter. */
  | { readonly kind: 'contains'; readonly field: FieldName; readonly of: FieldName }
  | { readonly kind: 'count'; readonly field: FieldName; readonly list: FieldName }
  /** Sum of a member of all elements, or of the products of two. */
  | {
      readonly kind: 'sum';
      readonly field: FieldName;
      readonly list: FieldName;
      readonly member: FieldName;
      readonly times?: FieldName;
    }
  | {
      readonly kind: 'sorted';
      readonly list: FieldName;
      readonly member: FieldName;
      readonly direction: 'ascending' | 'descending';
    }
  | { readonly kind: 'unique'; readonly list: FieldName; readonly member: FieldName }
  /** A header that holds the hash of the body: as sent, decoded, or where both were the same, either. */
  | {
      readonly kind: 'digest';
      readonly field: FieldName;
      readonly algorithm: DigestAlgorithm;
      readonly encoding: DigestEncoding;
      readonly of: readonly ('body' | 'content')[];
    };

export interface Evidence {
  /** Recorded responses in which it was seen; there was none in which it was not so. */
  readonly responses: number;
  /** Different values, or pairs of values, among them. */
  readonly distinct: number;
}

/** A claim about every entity of a scope. */
export interface Invariant {
  /** JSON Pointer with `*` for array positions: empty for the whole response, `/items/*` for each element. */
  readonly scope: string;
  readonly claim: Claim;
  readonly evidence: Evidence;
}

/** Where the claim is asserted: the field, or the list whose order or members it is about. */
export function targetOf(claim: Claim): FieldName {
  return claim.kind === 'sorted' || claim.kind === 'unique' ? claim.list : claim.field;
}

/** What else it speaks of. Members of lists are named with `/*` between. */
export function operandsOf(claim: Claim): readonly FieldName[] {
  switch (claim.kind) {
    case 'later':
    case 'plus':
    case 'equal':
    case 'contains':
      return [claim.of];
    case 'count':
      return [`${claim.list}/*`];
    case 'sum':
      return [claim.member, ...(claim.times === undefined ? [] : [claim.times])].map(
        (name) => `${claim.list}/*${name}`,
      );
    case 'sorted':
    case 'unique':
      return [`${claim.list}/*${claim.member}`];
    case 'format':
    case 'shape':
    case 'words':
    case 'number':
    case 'digest':
      return [];
    default:
      return claim satisfies never;
  }
}

/** Does the name stand for something in the body? */
export function isInBody(name: FieldName): boolean {
  return name === '' || name.startsWith('/');
}

const headerPrefix = 'header ';

export function headerField(name: string): FieldName {
  return headerPrefix + name;
}

/** The header's name; undefined when the field is none. */
export function headerOf(field: FieldName): string | undefined {
  return field.startsWith(headerPrefix) ? field.slice(headerPrefix.length) : undefined;
}
