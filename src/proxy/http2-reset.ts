/** Names of the error codes of HTTP/2 (RFC 9113 §7) by number: `CANCEL` is 8. */
const names: readonly string[] = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];

/** An error for a stream that upstream reset: `code` is `H2_CANCEL` and the like. */
export function http2Reset(code: number): NodeJS.ErrnoException {
  const name = names[code] ?? String(code);
  return Object.assign(new Error(`the stream was reset: ${name}`), { code: `H2_${name}` });
}

/** The request did not leave: the connection went before. */
export function notSent(cause: Error | undefined): NodeJS.ErrnoException {
  return Object.assign(new Error('the connection ended before the request was sent', { cause }), {
    code: 'H2_NOT_SENT',
  });
}

/** Upstream has seen nothing of the request, or says that it has done nothing with it (RFC 9113 §8.7): it may be sent again. */
export function isUnprocessed({ code }: NodeJS.ErrnoException): boolean {
  return code === 'H2_REFUSED_STREAM' || code === 'H2_NOT_SENT';
}

/**
 * The code a client over HTTP/2 is to see for a failure: the one upstream reset its stream with, which is in the words of
 * the failure, so that a replay repeats it. Undefined for other failures.
 */
export function resetCodeOf({ message }: { readonly message: string }): number | undefined {
  const name = / reset the stream \(H2_([A-Z0-9_]+)\)$/.exec(message)?.[1];
  if (name === undefined) return undefined;
  return names.includes(name) ? names.indexOf(name) : Number(name);
}
