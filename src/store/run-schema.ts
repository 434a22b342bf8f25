/** Format of `.retake/runs.sqlite`, as a list of steps like the cassette's (schema.ts). */

/** "RTR1" */
export const runStoreApplicationId = 0x52545231;

const version1: readonly string[] = [
  `CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  cassette_path TEXT NOT NULL,
  cassette TEXT NOT NULL,
  session TEXT NOT NULL,
  target TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  verdict TEXT CHECK (verdict IN ('passed', 'failed', 'interrupted')),
  tool_version TEXT NOT NULL,
  git_commit TEXT
) STRICT`,
  `CREATE TABLE checks (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  address TEXT NOT NULL,
  position INTEGER NOT NULL,
  method TEXT NOT NULL,
  target TEXT NOT NULL,
  verdict TEXT NOT NULL,
  note TEXT,
  duration_ms REAL NOT NULL,
  differences TEXT NOT NULL,
  baseline_version INTEGER NOT NULL,
  fresh TEXT
) STRICT`,
  'CREATE INDEX checks_by_run ON checks (run_id, position)',
  'CREATE INDEX checks_by_verdict ON checks (run_id, verdict)',
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
  `CREATE TABLE review_events (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  check_id INTEGER NOT NULL REFERENCES checks (id) ON DELETE CASCADE,
  difference TEXT,
  action TEXT NOT NULL CHECK (action IN ('accept', 'reject', 'undo')),
  undoes INTEGER REFERENCES review_events (id),
  note TEXT,
  author TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT`,
  'CREATE INDEX review_events_by_run ON review_events (run_id)',
];

/** Causes, what a request is an example of, and decisions on many checks at once (decision 038). */
const version2: readonly string[] = [
  'ALTER TABLE checks ADD COLUMN template TEXT',
  'ALTER TABLE checks ADD COLUMN cause TEXT',
  'ALTER TABLE review_events ADD COLUMN batch INTEGER REFERENCES review_events (id)',
];

export const runStoreSteps: readonly (readonly string[])[] = [version1, version2];
