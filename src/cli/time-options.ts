import { type Command, Option } from 'commander';

/** Which times answers carry, as Commander gives it. */
export interface AnswerTimeOptions {
  readonly time?: 'recorded' | 'shift';
  readonly jwtKey?: string;
  readonly jwtSecret?: string;
}

export function addTimeOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--time <rule>', 'times in answers: as recorded, or later by the age of the recording')
        .choices(['recorded', 'shift'])
        .default('recorded')
        .env('RETAKE_TIME'),
    )
    .option('--jwt-key <file>', 'with --time shift: sign tokens whose times move with this private key (PEM) of a test')
    .option('--jwt-secret <variable>', 'the same with the secret that this environment variable holds, for HS256');
}
