import type {
  BodyFacts,
  Exchange,
  ExchangeSummary,
  FailureCode,
  Framing,
  InformationalResponse,
  Outcome,
  ResponseFacts,
} from '../model/exchange.ts';
import { emptyBody, emptyBodySha256 } from '../model/exchange.ts';
import { fromPairs, type HeaderPair, type RawHeaders } from '../model/headers.ts';

/** Lower-case hex, as a statement gives it that asks for it: a string costs a tenth of a Buffer. */
export type Hex = string;

/** A row of `exchanges`: what an exchange is made of. */
export interface ExchangeRow {
  readonly id: number;
  readonly session_id: number;
  readonly position: number;
  readonly target_name: string;
  readonly method: string;
  readonly target: string;
  readonly request_key: Buffer | Hex;
  readonly slots: string | null;
  readonly started_at: number;
  readonly first_byte_ms: number | null;
  readonly duration_ms: number | null;
  readonly request_http_version: string;
  readonly request_headers: string;
  readonly request_trailers: string | null;
  readonly request_sha256: Buffer | Hex | null;
  readonly request_size: number;
  readonly request_full_size: number | null;
  readonly outcome: 'running' | 'response' | 'failure';
  readonly failure_code: FailureCode | null;
  readonly failure_message: string | null;
  readonly status: number | null;
  readonly reason: string | null;
  readonly response_http_version: string | null;
  readonly framing: Framing | null;
  readonly informational: string | null;
  readonly response_headers: string | null;
  readonly response_trailers: string | null;
  readonly response_sha256: Buffer | Hex | null;
  readonly response_size: number | null;
  readonly response_full_size: number | null;
}

function hexOf(value: Buffer | Hex): string {
  return typeof value === 'string' ? value : value.toString('hex');
}

function bodyFacts(sha256: Buffer | Hex | null, size: number | null, fullSize: number | null): BodyFacts {
  if (sha256 === null && fullSize === null) return emptyBody;
  return {
    sizeBytes: size ?? 0,
    sha256: sha256 === null ? emptyBodySha256 : hexOf(sha256),
    truncated: fullSize !== null,
    fullSizeBytes: fullSize ?? size ?? 0,
  };
}

function headersOf(text: string | null): RawHeaders {
  return text === null ? [] : fromPairs(JSON.parse(text) as HeaderPair[]);
}

function informationalOf(text: string | null): InformationalResponse[] {
  if (text === null) return [];
  const stored = JSON.parse(text) as { status: number; reason?: string; headers: HeaderPair[] }[];
  return stored.map(({ headers, ...head }) => ({ ...head, headers: fromPairs(headers) }));
}

export function toExchange(row: ExchangeRow): Exchange {
  const outcome = toOutcome(row);
  return {
    id: row.id,
    sessionId: row.session_id,
    position: row.position,
    targetName: row.target_name,
    startedAt: row.started_at,
    ...(row.first_byte_ms === null ? {} : { firstByteMs: row.first_byte_ms }),
    ...(row.duration_ms === null ? {} : { durationMs: row.duration_ms }),
    request: {
      method: row.method,
      target: row.target,
      httpVersion: row.request_http_version,
      headers: headersOf(row.request_headers),
      trailers: headersOf(row.request_trailers),
      body: bodyFacts(row.request_sha256, row.request_size, row.request_full_size),
    },
    ...(outcome ? { outcome } : {}),
    requestKey: hexOf(row.request_key),
    slots: slotsOf(row.slots),
  };
}

export function slotsOf(text: string | null): readonly string[] {
  return text === null ? [] : (JSON.parse(text) as string[]);
}

function toOutcome(row: ExchangeRow): Outcome | undefined {
  const response = toResponse(row);
  const informational = response ? [] : informationalOf(row.informational);
  if (row.outcome === 'running') return undefined;
  if (row.outcome === 'response' && response) return { kind: 'response', ...response };
  return {
    kind: 'failure',
    code: row.failure_code ?? 'interrupted',
    message: row.failure_message ?? '',
    ...(response ? { response } : {}),
    ...(informational.length > 0 ? { informational } : {}),
  };
}

function toResponse(row: ExchangeRow): ResponseFacts | undefined {
  if (row.status === null) return undefined;
  return {
    status: row.status,
    reason: row.reason ?? '',
    httpVersion: row.response_http_version ?? '1.1',
    headers: headersOf(row.response_headers),
    trailers: headersOf(row.response_trailers),
    body: bodyFacts(row.response_sha256, row.response_size, row.response_full_size),
    framing: row.framing ?? 'none',
    informational: informationalOf(row.informational),
  };
}

export interface SummaryRow {
  readonly session_id: number;
  readonly session: string;
  readonly position: number;
  readonly method: string;
  readonly target: string;
  readonly target_name: string;
  readonly started_at: number;
  readonly duration_ms: number | null;
  readonly status: number | null;
  readonly failure_code: FailureCode | null;
  readonly request_size: number;
  readonly response_size: number | null;
  readonly is_truncated: number;
  readonly content_type: string | null;
}

export function toSummary(row: SummaryRow): ExchangeSummary {
  return {
    sessionId: row.session_id,
    session: row.session,
    position: row.position,
    method: row.method,
    target: row.target,
    targetName: row.target_name,
    startedAt: row.started_at,
    ...(row.duration_ms === null ? {} : { durationMs: row.duration_ms }),
    ...(row.status === null ? {} : { status: row.status }),
    ...(row.failure_code === null ? {} : { failure: row.failure_code }),
    requestBytes: row.request_size,
    responseBytes: row.response_size ?? 0,
    ...(row.is_truncated === 1 ? { truncated: true } : {}),
    contentType: row.content_type ?? '',
  };
}
