import { AppError } from '../base/errors.ts';
import type { FailOn } from '../suite/suite-result.ts';

/** Of `--fail-on`. USAGE. */
export function parseFailOn(text: string | undefined): FailOn {
  if (text === undefined) return 'changed';
  if (text === 'added') return 'added';
  throw new AppError('USAGE', { problem: `--fail-on ${text} is not known`, hint: 'write --fail-on added' });
}
