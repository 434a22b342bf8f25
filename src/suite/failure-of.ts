import type { FailureCode } from '../model/exchange.ts';
import { failureCodeOf } from '../model/failure-code.ts';

/** `code` of our own errors. */
const ownCodes: Readonly<Record<string, FailureCode>> = {
  RETAKE_INTERRUPTED: 'interrupted',
  RETAKE_TRUNCATED: 'truncated',
  RETAKE_PROXY: 'unreachable',
  RETAKE_LEFT: 'client-aborted',
};

/** What Node says when a request ends without a response, as one of our failure codes with its words. */
export function failureOf(problem: Error): { readonly code: FailureCode; readonly message: string } {
  const errno = (problem as NodeJS.ErrnoException).code ?? '';
  const code = ownCodes[errno] ?? failureCodeOf(errno) ?? 'protocol';
  // Several addresses tried (`localhost` as ::1 and 127.0.0.1): Node's own text is then empty.
  const inner = problem instanceof AggregateError ? (problem.errors as Error[]).map((one) => one.message) : [];
  return { code, message: problem.message || inner.join('; ') || errno };
}
