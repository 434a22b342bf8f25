/**
 * The cassette's format, as a list of steps: step N turns format N-1 into format N. A step that has shipped is never
 * changed; a new format is one more step. docs/cassette-format.md explains every column.
 */

import { replayIndexSql } from './replay-index.ts';

/** "RTK1": marks a SQLite file as a cassette. */
export const cassetteApplicationId = 0x52544b31;

const version1: readonly string[] = [
  `CREATE TABLE writer (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  pid INTEGER NOT NULL,
  process TEXT NOT NULL,
  since INTEGER NOT NULL
) STRICT`,

  `CREATE TABLE sessions (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  targets TEXT NOT NULL,
  tool_version TEXT NOT NULL,
  git_commit TEXT,
  tags TEXT NOT NULL,
  incomplete TEXT,
  redacted INTEGER NOT NULL
) STRICT`,

  `CREATE TABLE exchanges (
  id INTEGER PRIMARY KEY,
  session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  target_name TEXT NOT NULL,
  method TEXT NOT NULL,
  target TEXT NOT NULL,
  path TEXT NOT NULL,
  is_write INTEGER NOT NULL,
  request_key BLOB NOT NULL,
  slots TEXT,
  started_at INTEGER NOT NULL,
  first_byte_ms REAL,
  duration_ms REAL,
  request_http_version TEXT NOT NULL,
  request_headers TEXT NOT NULL,
  request_trailers TEXT,
  request_sha256 BLOB,
  request_size INTEGER NOT NULL,
  request_full_size INTEGER,
  outcome TEXT NOT NULL CHECK (outcome IN ('running', 'response', 'failure')),
  failure_code TEXT,
  failure_message TEXT,
  status INTEGER,
  reason TEXT,
  response_http_version TEXT,
  framing TEXT,
  informational TEXT,
  response_headers TEXT,
  response_trailers TEXT,
  response_sha256 BLOB,
  response_size INTEGER,
  response_full_size INTEGER,
  content_type TEXT,
  tls TEXT
) STRICT`,
  'CREATE UNIQUE INDEX exchanges_by_position ON exchanges (session_id, position)',
  'CREATE INDEX exchanges_by_key ON exchanges (session_id, request_key, position)',
  'CREATE INDEX exchanges_by_method ON exchanges (session_id, method, path, position)',

  `CREATE TABLE bodies (
  id INTEGER PRIMARY KEY,
  sha256 BLOB UNIQUE,
  size INTEGER NOT NULL,
  content BLOB
) STRICT`,
  `CREATE TABLE body_chunks (
  body_id INTEGER NOT NULL REFERENCES bodies (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (body_id, position)
) STRICT`,

  `CREATE TABLE stream_events (
  exchange_id INTEGER NOT NULL REFERENCES exchanges (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('request', 'response')),
  offset_ms REAL NOT NULL,
  opcode INTEGER,
  size INTEGER NOT NULL,
  body_sha256 BLOB,
  PRIMARY KEY (exchange_id, position)
) STRICT, WITHOUT ROWID`,

  `CREATE TABLE redacted_slots (
  session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('request', 'response')),
  place TEXT NOT NULL,
  rule TEXT NOT NULL,
  name TEXT NOT NULL,
  pseudonym TEXT NOT NULL
) STRICT`,
  'CREATE INDEX redacted_slots_by_position ON redacted_slots (session_id, position)',

  `CREATE TABLE flows (
  session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  from_position INTEGER NOT NULL,
  from_place TEXT NOT NULL,
  to_position INTEGER NOT NULL,
  to_place TEXT NOT NULL,
  prefix TEXT NOT NULL,
  suffix TEXT NOT NULL,
  value TEXT NOT NULL,
  evidence TEXT NOT NULL
) STRICT`,
  'CREATE INDEX flows_by_consumer ON flows (session_id, to_position)',

  `CREATE TABLE baselines (
  exchange_id INTEGER NOT NULL REFERENCES exchanges (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  body_sha256 BLOB,
  captured_at INTEGER NOT NULL,
  renames TEXT NOT NULL,
  accepted_at INTEGER,
  author TEXT,
  note TEXT,
  run TEXT,
  PRIMARY KEY (exchange_id, version)
) STRICT`,

  `CREATE TABLE decisions (
  id INTEGER PRIMARY KEY,
  exchange_id INTEGER NOT NULL REFERENCES exchanges (id) ON DELETE CASCADE,
  action TEXT NOT NULL CHECK (action IN ('accept', 'reject')),
  difference TEXT,
  baseline_version INTEGER,
  author TEXT NOT NULL,
  note TEXT,
  run TEXT,
  at INTEGER NOT NULL
) STRICT`,
  'CREATE INDEX decisions_by_exchange ON decisions (exchange_id)',

  `CREATE TABLE suites (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  definition TEXT NOT NULL
) STRICT`,

  `CREATE TABLE rules (
  id INTEGER PRIMARY KEY,
  scope TEXT NOT NULL,
  matcher TEXT NOT NULL,
  author TEXT NOT NULL,
  note TEXT,
  at INTEGER NOT NULL
) STRICT`,
];

const version2: readonly string[] = [
  'ALTER TABLE sessions ADD COLUMN index_version TEXT',
  ...replayIndexSql('REFERENCES sessions (id) ON DELETE CASCADE'),
];

/** Statements of each step; index 0 makes format 1 out of an empty file. */
export const cassetteSteps: readonly (readonly string[])[] = [version1, version2];

/** The format this Retake writes. */
export const cassetteFormatVersion = cassetteSteps.length;
