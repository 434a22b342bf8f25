/** How much a difference matters, worst first. */
export const severities = ['broken', 'changed', 'added', 'equivalent'] as const;
export type Severity = (typeof severities)[number];

export type DifferencePart = 'status' | 'header' | 'trailer' | 'body' | 'event' | 'failure';
export type DifferenceKind = 'added' | 'removed' | 'changed' | 'type' | 'moved';

/** One located change between baseline and fresh. */
export interface Difference {
  readonly part: DifferencePart;
  /** JSON Pointer in a JSON body, header name (lower case) for headers, `line N` for text, `byte N` for bytes, else empty.
   * `event`: a message of a conversation (WebSocket, gRPC), as a JSON Pointer that begins with its number. */
  readonly path: string;
  /** `path` with array positions as `*`, so that equal differences over many exchanges group. */
  readonly pattern: string;
  readonly kind: DifferenceKind;
  readonly severity: Severity;
  /** Short text of the value before and after: JSON text for JSON leaves, clipped. Undefined on the side where there is none. */
  readonly before?: string;
  readonly after?: string;
  /** What explains an `equivalent` difference: `renaming`, `clock`, or a rule's name. */
  readonly rule?: string;
  /** The evidence in words: why it is explained, or why what looks explainable is not (and where the other place is). */
  readonly note?: string;
}

/** behaviour: a check's verdict is its worst difference, or one of the words that need none. */
export type Verdict = 'same' | 'equivalent' | 'added' | 'changed' | 'broken' | 'missing' | 'unexpected' | 'failed';

const failing: ReadonlySet<Verdict> = new Set(['changed', 'broken', 'missing', 'unexpected', 'failed']);

/** The header that a difference is about: `set-cookie` of `set-cookie:sid;path`, `link` of `link;next`. */
export function headerName(path: string): string {
  return /^[^:;[]*/.exec(path)![0];
}

/** Does this verdict make a run fail? `added` does only when asked for. */
export function isFailing(verdict: Verdict, failOnAdded: boolean): boolean {
  return failing.has(verdict) || (failOnAdded && verdict === 'added');
}

export function worstVerdict(differences: readonly Difference[]): Verdict {
  for (const severity of severities) {
    if (differences.some((difference) => difference.severity === severity)) return severity;
  }
  return 'same';
}
