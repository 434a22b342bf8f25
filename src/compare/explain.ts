import type { DifferencePart } from '../model/verdict.ts';
import { childPointer } from '../model/json-pointer.ts';
import { type Anchor, type CaptureWindow, Clock } from './clock.ts';
import type { Explanation } from './explanation.ts';
import { ExplainValues } from './explain-values.ts';
import type { Renames, ValuePath } from './renames.ts';

export type { CaptureWindow } from './clock.ts';
export type { Explanation } from './explanation.ts';

export interface ExplainContext {
  readonly renames: Renames;
  readonly baselineWindow: CaptureWindow;
  readonly freshWindow: CaptureWindow;
  /** The `Date` headers of both sides, where both have one: read only where something differs. */
  readonly dates?: () => Anchor | undefined;
}

/** Characters of both sides together; looking for renamed words and times in so many takes seconds at the worst. */
const maxTextLength = 2_000_000;

/**
 * Decides whether a difference between two values is explained: by the one renaming of the session, or by the one clock
 * of the run (see `ExplainValues` and `Clock`).
 */
export class Explainer {
  readonly #context: ExplainContext;
  readonly #part: DifferencePart;
  readonly #values: ExplainValues;
  #clock: Clock | undefined;

  constructor(context: ExplainContext, part: DifferencePart = 'body') {
    this.#context = context;
    this.#part = part;
    this.#values = new ExplainValues(context);
  }

  /** The same for headers and trailers, whose places have other names. */
  for(part: DifferencePart): Explainer {
    return part === this.#part ? this : new Explainer(this.#context, part);
  }

  /** What an array element may be called in this run, by its identity under a key of the elements at a path. */
  namesAt(path: ValuePath): (identity: string, key?: string) => readonly string[] {
    const { renames } = this.#context;
    if (renames.isEmpty) return () => [];
    return (identity, key) => renames.freshOf(identity, key === undefined ? path : [...path, key]);
  }

  /** What it means that two different texts were found at a path. */
  text(before: string, after: string, path: ValuePath): Explanation {
    if (before.length + after.length > maxTextLength) return { severity: 'changed' };
    return this.#values.text(before, after, this.#spot(path));
  }

  /** The same for two JSON numbers, given as their texts. */
  number(before: string, after: string, path: ValuePath): Explanation {
    return this.#values.number(before, after, this.#spot(path));
  }

  #spot(path: ValuePath) {
    this.#clock ??= clockOf(this.#context);
    return { path, place: placeWords(this.#part, path), clock: this.#clock, depth: 0 };
  }
}

function clockOf({ baselineWindow, freshWindow, dates }: ExplainContext): Clock {
  const anchor = dates?.();
  return new Clock(baselineWindow, freshWindow, anchor ? [anchor] : []);
}

/** A place as notes name it. */
export function placeWords(part: DifferencePart, path: ValuePath): string {
  if (part === 'header' || part === 'trailer') return [part, ...path].join(' ');
  const pointer = path.reduce<string>(childPointer, '');
  return part === 'body' ? pointer : `${part} ${pointer}`;
}
