export { AppError, type ErrorCode } from './base/errors.ts';
export { openSuite, type OpenSuiteOptions } from './fixtures/open-suite.ts';
export type { Check, Run, VerdictCounts } from './model/run.ts';
export type { Difference, DifferenceKind, DifferencePart, Severity, Verdict } from './model/verdict.ts';
export type { Suite, SuiteCheck, SuiteEntry } from './suite/open-suite.ts';
