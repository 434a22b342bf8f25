import { AppError, type ExitCode } from '../base/errors.ts';
import { cassetteName } from '../store/cassette-path.ts';
import { CassetteReader } from '../store/cassette-reader.ts';
import { defaultLimit, defaultSeed, measureStrength } from '../suite/strength/measure-strength.ts';
import type { StrengthResult } from '../suite/strength/strength-result.ts';
import { readConfig } from './config.ts';
import { type Context, cassettePath } from './context.ts';
import { type ProgressBar, progressBarOf } from './progress-bar.ts';
import { parseFailOn } from './suite-options.ts';
import { strengthDocument } from './strength-document.ts';
import { strengthSummary } from './strength-summary.ts';

export interface StrengthCommandOptions {
  readonly session?: string;
  readonly min?: number;
  readonly failOn?: string;
  readonly limit?: number;
  readonly seed?: number;
}

/** Measures, tells, and says with its exit code whether that is enough. */
export async function runStrength(
  context: Context,
  cassette: string,
  options: StrengthCommandOptions,
): Promise<ExitCode> {
  const { compare } = await readConfig(context);
  const failOn = parseFailOn(options.failOn);
  const file = cassettePath(context.cwd, cassette);
  const reader = CassetteReader.open(file);
  const progress: ProgressBar = progressBarOf(context);
  try {
    const session = reader.session(options.session);
    const name = cassetteName(file);
    const result = measureStrength({
      reader,
      cassette: name,
      session,
      compareRules: compare,
      failOn,
      seed: options.seed ?? defaultSeed,
      limit: options.limit ?? defaultLimit,
      onStart: (total) => progress.begin(`wrong answers of ${name}:${session.name}`, total),
      onTried: () => progress.advance('same'),
    });
    progress.end();
    if (result.tried === 0 && result.unfit.length === 0) throw nothingToTry(name, session.name);
    const passed = isEnough(result, options.min);
    await context.print(
      context.json
        ? `${JSON.stringify(strengthDocument(result, { min: options.min, passed }), undefined, 2)}\n`
        : strengthSummary(result, {
            paint: context.paintData,
            detail: context.verbose ? 'all' : 'weakest',
            min: options.min,
            passed,
          }),
    );
    return passed ? 0 : 1;
  } finally {
    progress.end();
    reader.close();
  }
}

/** Where even right answers are not judged the same, nothing is known to be caught. */
function isEnough(result: StrengthResult, min = 0): boolean {
  return result.unfit.length === 0 && result.strength * 100 >= min;
}

function nothingToTry(cassette: string, session: string): AppError {
  return new AppError('USAGE', {
    problem: `session ${session} of ${cassette} has no answer that a test run would judge`,
    hint: `choose another --session: retake ls ${cassette}`,
  });
}
