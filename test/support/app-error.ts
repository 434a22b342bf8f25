import { AppError } from '../../src/base/errors.ts';

/** The AppError that `work` throws, as the parts a test compares. */
export function appErrorOf(work: () => unknown): { readonly code: string; readonly message: string } {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof AppError) return { code: thrown.code, message: thrown.message };
    throw thrown;
  }
  throw new Error('nothing was thrown');
}
