/** Why an exchange ended without a complete response; `code` is what `failureOf` knows them by. */

export class TimeoutError extends Error {
  readonly code = 'ETIMEDOUT';
  constructor(timeoutMs: number) {
    super(`no complete response within ${(timeoutMs / 1000).toFixed(timeoutMs % 1000 === 0 ? 0 : 1)} s`);
  }
}

export class InterruptedError extends Error {
  readonly code = 'RETAKE_INTERRUPTED';
  constructor() {
    super('the run was interrupted');
  }
}

export class TruncatedError extends Error {
  readonly code = 'RETAKE_TRUNCATED';
  constructor() {
    super('the connection was closed in the middle of the response');
  }
}

/** We left a stream, as the recorded client did. */
export class LeftError extends Error {
  readonly code = 'RETAKE_LEFT';
  constructor() {
    super('the stream was left where the recorded client left it');
  }
}

/** The connection, or the stream of a call, was broken off. */
export class ResetError extends Error {
  readonly code = 'ECONNRESET';
}
