import type { PartDifference } from '../model/miss-report.ts';

/** A single value that differs, whole and as it is meant. Never a secret. */
export interface DifferingValue {
  /** model/place.ts */
  readonly place: string;
  readonly recorded?: string;
  readonly incoming?: string;
}

/** What differs in one part of a request. */
export interface Differing {
  readonly differences: PartDifference[];
  readonly values: DifferingValue[];
  /** Which share of the part differs, 0 to 1. */
  readonly share: number;
}

export const equalPart: Differing = { differences: [], values: [], share: 0 };

const maxValueLength = 60;
/** Shown before the first character that differs. */
const leadLength = 12;

/** One part that differs; values are clipped to where they do. */
export function partDifference(
  part: PartDifference['part'],
  name: string,
  { before, after }: { readonly before: string | undefined; readonly after: string | undefined },
): PartDifference {
  const from = clipStart(before, after);
  const recorded = before === undefined ? undefined : clip(before, from);
  const incoming = after === undefined ? undefined : clip(after, from);
  const where = name === '' ? part : `${part} ${name}`;
  const values = [
    recorded === undefined ? 'not recorded' : `recorded ${recorded}`,
    incoming === undefined ? 'not in this request' : `incoming ${incoming}`,
  ];
  return {
    part,
    name,
    ...(recorded === undefined ? {} : { recorded }),
    ...(incoming === undefined ? {} : { incoming }),
    words: `${where}: ${values.join(', ')}`,
  };
}

/** Long values that begin alike are shown from shortly before they part. */
function clipStart(before = '', after = ''): number {
  if (Math.max(before.length, after.length) <= maxValueLength) return 0;
  let common = 0;
  while (common < before.length && before[common] === after[common]) common++;
  return common <= maxValueLength / 2 ? 0 : common - leadLength;
}

function clip(text: string, from: number): string {
  const shown = from === 0 ? text : `…${text.slice(from)}`;
  return shown.length <= maxValueLength ? shown : `${shown.slice(0, maxValueLength - 1)}…`;
}
