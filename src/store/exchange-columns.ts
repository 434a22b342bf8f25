import {
  type BodyFacts,
  type InformationalResponse,
  isWrite,
  type RequestFacts,
  type ResponseFacts,
} from '../model/exchange.ts';
import { headerValue, type RawHeaders, toPairs } from '../model/headers.ts';
import type { EndedExchange, RunningExchange } from './new-exchange.ts';

type Value = string | number | Buffer | null;

/** Columns of the request, in the order of `requestValues`. */
export const requestColumns = [
  'method',
  'target',
  'path',
  'is_write',
  'request_key',
  'slots',
  'request_http_version',
  'request_headers',
  'request_trailers',
  'request_sha256',
  'request_size',
  'request_full_size',
] as const;

export function requestValues(
  request: RequestFacts,
  match: { readonly requestKey: string; readonly slots: readonly string[] },
): Value[] {
  return [
    request.method,
    request.target,
    pathOf(request.target),
    isWrite(request.method) ? 1 : 0,
    Buffer.from(match.requestKey, 'hex'),
    match.slots.length === 0 ? null : JSON.stringify(match.slots),
    request.httpVersion,
    headersText(request.headers),
    optionalHeadersText(request.trailers),
    ...bodyValues(request.body),
  ];
}

/** Columns that place a request in its session, in the order of `placeValues`. */
export const placeColumns = ['session_id', 'position', 'epoch', 'target_name', 'started_at'] as const;

export function placeValues(exchange: RunningExchange): Value[] {
  return [exchange.sessionId, exchange.position, exchange.epoch, exchange.targetName, Math.round(exchange.startedAt)];
}

/** Columns of the outcome, in the order of `outcomeValues`. */
export const outcomeColumns = [
  'first_byte_ms',
  'duration_ms',
  'outcome',
  'failure_code',
  'failure_message',
  'status',
  'reason',
  'response_http_version',
  'framing',
  'informational',
  'response_headers',
  'response_trailers',
  'response_sha256',
  'response_size',
  'response_full_size',
  'content_type',
] as const;

export function outcomeValues(ended: EndedExchange): Value[] {
  const { outcome } = ended;
  const failed = outcome.kind === 'failure';
  const response = failed ? outcome.response : outcome;
  return [
    ended.firstByteMs ?? null,
    ended.durationMs,
    outcome.kind,
    failed ? outcome.code : null,
    failed ? outcome.message : null,
    ...(response ? responseValues(response) : noResponse(failed ? outcome.informational : undefined)),
  ];
}

function noResponse(informational: readonly InformationalResponse[] | undefined): Value[] {
  const interims = informationalText(informational ?? []);
  return outcomeColumns.slice(5).map((column) => (column === 'informational' ? interims : null));
}

function informationalText(informational: readonly InformationalResponse[]): string | null {
  if (informational.length === 0) return null;
  return JSON.stringify(informational.map(({ headers, ...head }) => ({ ...head, headers: toPairs(headers) })));
}

function responseValues(response: ResponseFacts): Value[] {
  return [
    response.status,
    response.reason,
    response.httpVersion,
    response.framing,
    informationalText(response.informational),
    headersText(response.headers),
    optionalHeadersText(response.trailers),
    ...bodyValues(response.body),
    contentTypeOf(response.headers),
  ];
}

/** An empty body has no row in `bodies`; `full_size` is there only when the body was cut. */
function bodyValues(body: BodyFacts): Value[] {
  return [
    body.sizeBytes === 0 ? null : Buffer.from(body.sha256, 'hex'),
    body.sizeBytes,
    body.truncated ? body.fullSizeBytes : null,
  ];
}

/** A target without its query: what near misses are looked up by. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}

function contentTypeOf(headers: RawHeaders): string {
  return (headerValue(headers, 'content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

function headersText(headers: RawHeaders): string {
  return JSON.stringify(toPairs(headers));
}

function optionalHeadersText(headers: RawHeaders): string | null {
  return headers.length === 0 ? null : headersText(headers);
}
