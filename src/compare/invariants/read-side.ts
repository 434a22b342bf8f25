import { readAlike } from '../body-formats.ts';
import { contentOf } from '../content.ts';
import type { Side } from './invariant-rulings.ts';
import type { Sample } from './sample.ts';

/** One side by itself, its body read in whichever format can. */
export function readSide(side: Side): Sample {
  const content = contentOf(side.headers, side.body);
  return { ...side, value: readAlike(content, content)?.values.baseline };
}
