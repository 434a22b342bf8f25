/** One finding of `retake doctor`. */
export interface Check {
  /** What was looked at, in a word or two. */
  readonly name: string;
  /** `warn`: something may go wrong for some programs. `fail`: something does go wrong. */
  readonly state: 'ok' | 'warn' | 'fail';
  /** What was found, with its values. */
  readonly detail: string;
  /** What to do next; there whenever the state is not `ok`. */
  readonly hint?: string;
}

export function ok(name: string, detail: string): Check {
  return { name, state: 'ok', detail };
}

export function warn(name: string, detail: string, hint: string): Check {
  return { name, state: 'warn', detail, hint };
}

export function fail(name: string, detail: string, hint: string): Check {
  return { name, state: 'fail', detail, hint };
}
