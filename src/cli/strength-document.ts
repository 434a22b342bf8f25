import type { StrengthResult } from '../suite/strength/strength-result.ts';

export interface StrengthVerdict {
  /** In percent. */
  readonly min: number | undefined;
  readonly passed: boolean;
}

/** The document of `retake strength --json`. `strength` is from 0 to 1, `min` in percent. */
export function strengthDocument(result: StrengthResult, { min, passed }: StrengthVerdict): object {
  const { cassette, session, seed, failOn, answers, endpoints, ...counted } = result;
  return {
    schema: 'retake.strength/1',
    cassette,
    session,
    seed,
    failOn,
    min: min ?? null,
    verdict: passed ? 'passed' : 'failed',
    answers,
    ...counted,
    endpoints: endpoints.map(({ server, ...endpoint }) => ({ server: server ?? null, ...endpoint })),
  };
}
