/**
 * The one error type and the catalogue of everything that can go wrong outside the vocabulary of outcomes, misses and
 * verdicts (those are data, never exceptions).
 *
 * Exit codes: 1 verdict failed, 2 usage or configuration, 3 environment (port, upstream, disk), 4 cassette missing,
 * corrupt, locked or of a newer format, 5 secrets found.
 */

interface ErrorEntry {
  readonly exitCode: 1 | 2 | 3 | 4 | 5;
  /** What happened, with `{name}` placeholders for its values. */
  readonly message: string;
  /** What to do next, with the same placeholders. */
  readonly hint: string;
}

const table = {
  NODE_TOO_OLD: {
    exitCode: 3,
    message: 'Retake needs Node 22.18 or newer, this is {version}',
    hint: 'install a current Node (https://nodejs.org), then run the command again',
  },
  USAGE: { exitCode: 2, message: '{problem}', hint: '{hint}' },
  CONFIG_INVALID: { exitCode: 2, message: '{path}: {problem}', hint: '{hint}' },
  FAULT_INVALID: { exitCode: 2, message: 'fault {fault}: {problem}', hint: '{hint}' },
  TARGET_INVALID: {
    exitCode: 2,
    message: 'target {target} is not usable: {problem}',
    hint: 'give an absolute URL such as http://127.0.0.1:3000',
  },
  TARGET_IS_SELF: {
    exitCode: 2,
    message: 'target {target} is this proxy itself: every request would come back for ever',
    hint: 'point --target at the real server, or choose another --port',
  },
  TARGET_UNREACHABLE: {
    exitCode: 3,
    message: 'target {target} cannot be reached: {problem}',
    hint: 'start the server, or check host and port in --target',
  },
  PORT_IN_USE: {
    exitCode: 3,
    message: 'port {port} on {host} is already in use',
    hint: 'choose another with --port, or --port 0 for any free port',
  },
  LISTEN_FAILED: {
    exitCode: 3,
    message: 'cannot listen on {host}:{port}: {problem}',
    hint: 'check --host and --port',
  },
  FILE_UNWRITABLE: { exitCode: 3, message: 'cannot write {path}: {problem}', hint: 'check the folder and its rights' },
  RECORDING_INCOMPLETE: {
    exitCode: 3,
    message: '{count} exchanges of session {session} could not be stored: {problem}',
    hint: 'the session is marked incomplete; free disk space or choose another folder, then record again',
  },
  CASSETTE_MISSING: {
    exitCode: 4,
    message: 'cassette {path} does not exist',
    hint: 'record it first: retake record --target URL --cassette {path}, or retake exec --cassette {path} -- COMMAND',
  },
  CASSETTE_NOT_SQLITE: {
    exitCode: 4,
    message: '{path} is not a cassette: {problem}',
    hint: 'check the path; the file was left untouched',
  },
  CASSETTE_CORRUPT: {
    exitCode: 4,
    message: 'cassette {path} is damaged: {problem}',
    hint: 'restore it from version control or record it again; the file was left untouched',
  },
  CASSETTE_NEWER: {
    exitCode: 4,
    message: 'cassette {path} has format {found}, this Retake knows formats up to {known}',
    hint: 'update Retake: npm install --save-dev retake@latest; the file was left untouched',
  },
  CASSETTE_LOCKED: {
    exitCode: 4,
    message: 'cassette {path} is being written by process {pid} since {since}',
    hint: 'stop that process, or record into another cassette',
  },
  CASSETTE_UNREADABLE: {
    exitCode: 4,
    message: 'cassette {path} cannot be read: {problem}',
    hint: 'check the rights of the file, and whether another program holds it',
  },
  CASSETTE_UNWRITABLE: {
    exitCode: 4,
    message: 'cassette {path} cannot be written: {problem}',
    hint: 'check the rights of the file and its folder, or name another cassette',
  },
  SESSION_EXISTS: {
    exitCode: 2,
    message: 'session {session} already exists in {path}',
    hint: 'choose another --session name, or --mode once (replay it) or --mode rewrite (record it again)',
  },
  SESSION_MISSING: {
    exitCode: 2,
    message: 'there is no session {session} in {path}',
    hint: 'sessions there: {known}',
  },
  EXCHANGE_MISSING: {
    exitCode: 2,
    message: 'no exchange matches {selector}',
    hint: 'list what is there: retake show {cassette}',
  },
  RUN_MISSING: {
    exitCode: 2,
    message: 'there is no run {run}',
    hint: 'runs are kept in {path}; make one with retake test',
  },
  REVIEW_STALE: {
    exitCode: 2,
    message: 'run {run} is out of date: the cassette has other baselines by now for {addresses}',
    hint: 'nothing was written; run retake test again and review the new run',
  },
  SECRET_NEEDED: {
    exitCode: 2,
    message: 'the recording needs secrets that were redacted: {names}',
    hint: 'set them in the environment, for example {example}',
  },
  RUN_STORE_UNUSABLE: {
    exitCode: 3,
    message: 'the run store {path} cannot be used: {problem}',
    hint: 'check its rights; it holds only past runs and drafts, so it may be deleted; cassettes are not affected',
  },
  WRITES_NEED_CONSENT: {
    exitCode: 2,
    message: '{target} is not on this machine, and of the recorded requests {count} would change its data',
    hint: 'add --allow-writes if that server may be changed',
  },
  CA_UNUSABLE: {
    exitCode: 3,
    message: 'the certificate authority in {folder} cannot be used: {problem}',
    hint: '{hint}',
  },
  CERTIFICATE_REFUSED: {
    exitCode: 3,
    message: 'no certificate is made for {host}: {problem}',
    hint: 'check which host the client names; if it is meant to be passed on unopened, name it with --tunnel',
  },
  TRUST_STORE_UNCHANGED: {
    exitCode: 3,
    message: 'could not change {stores}: {problem}',
    hint: '{hint}',
  },
  TRUST_STORE_UNKNOWN: {
    exitCode: 3,
    message: 'this machine has no trust store that Retake knows how to change',
    hint: 'trust {path} by hand where you need it, or start the program with retake exec, which needs no trust store',
  },
  RECORDING_NEEDED: {
    exitCode: 4,
    message: 'there is no recording{session} in {path}, and in CI none is made',
    hint: 'run the same command on a desk, where it records, and commit the cassette',
  },
  RECORDING_MISSING: { exitCode: 4, message: 'there is no recording{session} in {path}', hint: '{hint}' },
  NOTHING_RECORDED: {
    exitCode: 1,
    message: 'nothing was recorded into {path}: no request of the test came to {url}',
    hint: 'let the application under test send its requests there, or do without a replay in a test that makes none',
  },
  REPLAY_FAILED: { exitCode: 1, message: '{problem}', hint: '{hint}' },
  VARIABLE_MISSING: {
    exitCode: 4,
    message: 'variable {name} is not in the recording {address}',
    hint: 'it was made without it; record it again: {how}',
  },
  VARIABLE_INVALID: {
    exitCode: 2,
    message: 'variable {name} cannot be kept in a cassette: {problem}',
    hint: 'make a value that JSON gives back as it was: text, finite numbers, booleans, null, and plain lists and objects of these',
  },
  COMMAND_UNSTARTABLE: {
    exitCode: 2,
    message: 'cannot start {command}: {problem}',
    hint: '{hint}',
  },
  MODE_UNAVAILABLE: { exitCode: 2, message: '{problem}', hint: '{hint}' },
  MODE_FORBIDDEN: {
    exitCode: 2,
    message: 'misses are never passed on in CI',
    hint: 'record what is missing on a desk, or start the replay with --no-ci',
  },
  INTERNAL: {
    exitCode: 3,
    message: 'unexpected error: {problem}',
    hint: 'run again with --debug and report the stack at the project',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof table;
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130;

/** The catalogue, for the test that counts it and the page that documents it. */
export const errorTable: Readonly<Record<ErrorCode, ErrorEntry>> = table;

type Values = Readonly<Record<string, string | number>>;

function fill(template: string, values: Values): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** An error a person can act on: a stable code, what happened with its values, and what to do next. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly exitCode: ExitCode;

  constructor(code: ErrorCode, values: Values = {}, cause?: unknown) {
    const entry = errorTable[code];
    super(fill(entry.message, values), cause === undefined ? undefined : { cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = fill(entry.hint, values);
    this.exitCode = entry.exitCode;
  }
}

/** Anything thrown, as an AppError: what is not one already is a defect of ours and says so. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError('INTERNAL', { problem: problemOf(thrown) }, thrown);
}

/** The words of anything thrown. */
export function problemOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message || thrown.name;
  return String(thrown);
}
