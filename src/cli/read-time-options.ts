import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AppError, problemOf } from '../base/errors.ts';
import type { TimeOptions } from '../proxy/answer-time.ts';
import type { Context } from './context.ts';
import type { AnswerTimeOptions } from './time-options.ts';

/** Undefined: times are served as recorded. Throws USAGE for a key that cannot be used. */
export function readTimeOptions(
  { cwd, env, log }: Pick<Context, 'cwd' | 'env' | 'log'>,
  { time, jwtKey, jwtSecret }: AnswerTimeOptions,
): TimeOptions | undefined {
  if (time !== 'shift') return undefined;
  const secret = jwtSecret === undefined ? undefined : env[jwtSecret];
  if (jwtSecret !== undefined && !secret) {
    throw new AppError('USAGE', {
      problem: `--jwt-secret ${jwtSecret}: there is no such environment variable`,
      hint: 'give the name of a variable that holds the secret, not the secret',
    });
  }
  return {
    startedAt: Date.now(),
    keys: {
      ...(jwtKey === undefined ? {} : { key: readKey(path.resolve(cwd, jwtKey)) }),
      ...(secret ? { secret } : {}),
    },
    onUnsigned: () => {
      log.warn(
        'a token keeps its recorded times, since no key given fits its algorithm: --jwt-key FILE or --jwt-secret VARIABLE',
      );
    },
  };
}

function readKey(file: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(file));
  } catch (thrown) {
    throw new AppError('USAGE', {
      problem: `--jwt-key ${file}: ${problemOf(thrown)}`,
      hint: 'give a private key in PEM without a passphrase; make one for tests, never use that of a real server',
    });
  }
}
