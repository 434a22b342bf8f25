import type { StreamMark } from '../model/exchange.ts';

/** How fast a recording is served: at once, or in recorded time divided by `speed` (2 is twice as fast). */
export type Pace = { readonly kind: 'instant' } | { readonly kind: 'recorded'; readonly speed: number };

export const instant: Pace = { kind: 'instant' };

/** `instant`, `recorded`, or a speed such as `2x` or `0.5x`; undefined when the text is none of these. */
export function parsePace(text: string): Pace | undefined {
  if (text === 'instant') return instant;
  if (text === 'recorded') return { kind: 'recorded', speed: 1 };
  const speed = /^(\d{1,4}(?:\.\d{1,3})?)x$/.exec(text)?.[1];
  return speed !== undefined && Number(speed) > 0 ? { kind: 'recorded', speed: Number(speed) } : undefined;
}

/** A piece of a body and when it is due, in milliseconds after the request's arrival, at recorded speed. */
export interface TimedPiece {
  readonly bytes: Buffer;
  readonly atMs: number;
}

/** Steps closer together than this cannot be told apart by a timer. */
const finestStepMs = 10;

/**
 * When each part of a body is due. A stream with marks repeats its chunks; any other body is spread evenly between its
 * first byte and its end, since when its bytes came in between was not kept.
 */
export function bodySteps(recorded: {
  readonly marks: readonly StreamMark[];
  readonly sizeBytes: number;
  readonly firstByteMs: number;
  readonly durationMs: number;
}): StreamMark[] {
  const { marks, sizeBytes, firstByteMs, durationMs } = recorded;
  if (marks.length > 0) return [...marks];
  const count = Math.min(Math.floor((durationMs - firstByteMs) / finestStepMs), sizeBytes);
  if (count < 2) return [{ offsetMs: firstByteMs, sizeBytes }];
  const steps: StreamMark[] = [];
  for (let i = 0, taken = 0; i < count; i += 1) {
    const until = Math.round((sizeBytes * (i + 1)) / count);
    const offsetMs = firstByteMs + ((durationMs - firstByteMs) * i) / (count - 1);
    steps.push({ offsetMs, sizeBytes: until - taken });
    taken = until;
  }
  return steps;
}

/** Cuts a body, however it comes, at its steps. Bytes beyond the last step are due with it. */
export function* timedPieces(body: Iterable<Buffer>, steps: readonly StreamMark[]): IterableIterator<TimedPiece> {
  let step = 0;
  let left = steps[0]?.sizeBytes ?? Infinity;
  for (const chunk of body) {
    for (let rest = chunk; rest.length > 0;) {
      while (left === 0) {
        step += 1;
        left = steps[step]?.sizeBytes ?? Infinity;
      }
      const atMs = (steps[step] ?? steps.at(-1))?.offsetMs ?? 0;
      const bytes = rest.subarray(0, left);
      yield { bytes, atMs };
      left -= bytes.length;
      rest = rest.subarray(bytes.length);
    }
  }
}
