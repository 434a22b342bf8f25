import { type Exchange, responseOf } from '../model/exchange.ts';
import type { Bodies } from './bodies.ts';
import type { Connection } from './connection.ts';
import type { ExchangeRow } from './exchange-rows.ts';

/** An exchange with what serving it needs, read by one statement. */
export interface StoredRecording {
  readonly exchange: Exchange;
  /** The response body (of a failure: what had arrived of it); undefined when it is larger than was asked for. */
  readonly body: Buffer | undefined;
  /** Something passed while it went on: marks of a stream, messages of a conversation. */
  readonly hasEvents: boolean;
}

interface RecordingRow extends ExchangeRow {
  readonly body_content: Buffer | null;
  readonly has_events: number;
}

// Not a join: SQLite prepares one anew for each run, which costs five times as much as the look-up itself.
const selectRecordingSql = `SELECT id, session_id, position, target_name, method, target, slots, started_at, first_byte_ms,
  duration_ms, request_http_version, request_headers, request_trailers, request_size, request_full_size, outcome,
  failure_code, failure_message, status, reason, response_http_version, framing, informational, response_headers,
  response_trailers, response_size, response_full_size, lower(hex(request_key)) AS request_key,
  iif(request_sha256 IS NULL, NULL, lower(hex(request_sha256))) AS request_sha256,
  iif(response_sha256 IS NULL, NULL, lower(hex(response_sha256))) AS response_sha256,
  (SELECT content FROM bodies b WHERE b.sha256 = e.response_sha256) AS body_content,
  EXISTS (SELECT 1 FROM stream_events v WHERE v.exchange_id = e.id) AS has_events
  FROM exchanges e WHERE id = ?`;

const nothing = Buffer.alloc(0);

/** By row id; undefined when there is none. The body is checked against its sha256 (CASSETTE_CORRUPT). */
export function selectRecording(
  connection: Connection,
  id: number,
  from: {
    readonly bodies: Bodies;
    readonly toExchange: (row: ExchangeRow) => Exchange;
    readonly maxBodyBytes: number;
  },
): StoredRecording | undefined {
  const row = connection.get<RecordingRow>(selectRecordingSql, id);
  if (!row) return undefined;
  const exchange = from.toExchange(row);
  const response = responseOf(exchange.outcome);
  let body: Buffer | undefined = nothing;
  if (response && response.body.sizeBytes > from.maxBodyBytes) body = undefined;
  else if (response && response.body.sizeBytes > 0) {
    const { sha256 } = response.body;
    // Larger ones lie in pieces.
    body = row.body_content ? from.bodies.checked(sha256, row.body_content) : from.bodies.get(sha256);
  }
  return { exchange, body, hasEvents: row.has_events === 1 };
}
