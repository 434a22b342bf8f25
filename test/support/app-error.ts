import { AppError } from '../../src/base/errors.ts';

/** The AppError that `work` throws. */
export function appErrorOf(work: () => unknown): AppError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}
