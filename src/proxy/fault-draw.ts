import { createHash } from 'node:crypto';

/** What chance depends on, and nothing else: not on time, and not on what other requests do meanwhile. */
export interface DrawFor {
  readonly seed: number;
  /** Scope and effect of the fault: its place among others and its probability do not count. */
  readonly fault: string;
  readonly lane: string;
  /** Method and target. */
  readonly request: string;
  /** The how manieth such request of the lane, from 0. */
  readonly number: number;
}

/** Three independent draws from [0, 1): the same for the same. */
export function drawFor({ seed, fault, lane, request, number }: DrawFor): readonly [number, number, number] {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, fault, lane, request, number]))
    .digest();
  const draw = (at: number): number => digest.readUIntBE(at, 6) / 2 ** 48;
  return [draw(0), draw(6), draw(12)];
}
