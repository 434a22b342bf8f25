import type { ReplayFacts } from '../model/replay-facts.ts';
import type { Connection } from './connection.ts';
import { slotsOf } from './exchange-rows.ts';

/**
 * What replay looks a request up in: derived from a session under certain match rules, and made anew whenever these
 * change. That of the rules in the cassette is a table of it; others are files of their own beside the project.
 */
export const replayIndexSql = (sessionReference: string): readonly string[] => [
  // One descent of one tree finds the recordings of a key with all that choosing among them needs.
  `CREATE TABLE replay_index (
  session_id INTEGER NOT NULL ${sessionReference},
  request_key BLOB NOT NULL,
  position INTEGER NOT NULL,
  exchange_id INTEGER NOT NULL,
  servable INTEGER NOT NULL,
  switches INTEGER NOT NULL,
  is_write INTEGER NOT NULL,
  state INTEGER NOT NULL,
  since INTEGER NOT NULL,
  made_before INTEGER,
  between_since TEXT,
  opens INTEGER,
  changes TEXT,
  slots TEXT,
  actor TEXT,
  shape_key BLOB,
  tokens TEXT,
  answer BLOB,
  echo TEXT,
  PRIMARY KEY (session_id, request_key, position)
) STRICT, WITHOUT ROWID`,
  `CREATE INDEX replay_index_by_shape ON replay_index (session_id, shape_key, position) WHERE shape_key IS NOT NULL`,
];

/** A recording that may answer a request, as small as the choice needs it. */
export interface Candidate extends ReplayFacts {
  /** Row id of the exchange. */
  readonly id: number;
  readonly position: number;
  /** `since`. */
  readonly epoch: number;
  /** Pseudonyms at the masked places of its key, in canonical order. */
  readonly slots: readonly string[];
  /**
   * A complete response; a recorded failure that is not our own interruption or the client's; or a stream that one of
   * these ended, which can be served as far as it goes.
   */
  readonly servable: boolean;
  /** Another protocol was agreed on (101). */
  readonly switches: boolean;
  /** Who asked, as a hash; undefined when nobody said. */
  readonly actor?: string;
}

/** A value in a recorded request that another may stand for. */
export interface RecordedToken {
  /** model/place.ts */
  readonly place: string;
  readonly value: string;
  /** Class and form of model/volatile-tokens.ts. */
  readonly kind: string;
  /** The client made it anew, so that a new one may stand for it. */
  readonly free: boolean;
}

/** A recording found by the shape of its request. */
export interface ShapedCandidate extends Candidate {
  readonly requestKey: string;
  readonly tokens: readonly RecordedToken[];
  /** Hash of what it answers but for its own tokens; equal ones are as good as each other. */
  readonly answer: string;
}

/** Everything of a recording that stands in the index. */
export interface IndexedRecording extends Candidate {
  /** 16 bytes, hex. */
  readonly requestKey: string;
  /** Only for requests with free tokens: 16 bytes, hex. */
  readonly shape?: { readonly key: string; readonly tokens: readonly RecordedToken[]; readonly answer: string };
  /** Values of the request that its answer repeats, for those who want to answer with the client's. */
  readonly echo?: readonly EchoedValue[];
}

export interface EchoedValue {
  readonly place: string;
  readonly value: string;
  readonly kind: string;
}

interface IndexRow {
  readonly exchange_id: number;
  readonly position: number;
  readonly slots: string | null;
  readonly servable: number;
  readonly switches: number;
  readonly is_write: number;
  readonly state: number;
  readonly since: number;
  readonly made_before: number | null;
  readonly between_since: string | null;
  readonly opens: number | null;
  readonly changes: string | null;
  readonly actor: string | null;
}

interface ShapeRow extends IndexRow {
  readonly request_key: Buffer;
  readonly tokens: string;
  readonly answer: Buffer;
}

const candidateColumns =
  'exchange_id, position, slots, servable, switches, is_write, state, since, made_before, between_since, opens, changes, actor';

// Without ORDER BY, which the tree gives anyway: with it SQLite plans the statement anew at each run, to see whether what
// it is bound to makes sorting needless, and that takes five times as long as the look-up.
const byKeySql = `SELECT ${candidateColumns} FROM replay_index WHERE session_id = ? AND request_key = ?`;
const byShapeSql = `SELECT ${candidateColumns}, request_key, tokens, answer FROM replay_index
  WHERE session_id = ? AND shape_key = ? ORDER BY position`;
const echoSql = 'SELECT echo FROM replay_index WHERE session_id = ? AND request_key = ? AND position = ?';

/** Looks recordings up, on the connection of a cassette or of an index of its own. */
export class ReplayIndex {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Recordings with a request key, by position. */
  candidates(sessionId: number, requestKey: string): Candidate[] {
    this.#connection.holdForTurn();
    return this.#connection
      .all<IndexRow>(byKeySql, sessionId, Buffer.from(requestKey, 'hex'))
      .map(toCandidate)
      .sort(byPosition);
  }

  /** Recordings whose requests have this shape and tokens that may differ, by position. */
  shaped(sessionId: number, shapeKey: string): ShapedCandidate[] {
    return this.#connection.all<ShapeRow>(byShapeSql, sessionId, Buffer.from(shapeKey, 'hex')).map((row) => ({
      ...toCandidate(row),
      requestKey: row.request_key.toString('hex'),
      tokens: JSON.parse(row.tokens) as RecordedToken[],
      answer: row.answer.toString('hex'),
    }));
  }

  echo(sessionId: number, requestKey: string, position: number): readonly EchoedValue[] {
    const row = this.#connection.get<{ echo: string | null }>(
      echoSql,
      sessionId,
      Buffer.from(requestKey, 'hex'),
      position,
    );
    return row?.echo ? (JSON.parse(row.echo) as EchoedValue[]) : [];
  }
}

/** Of rows that are in order already this costs one comparison each. */
export function byPosition(a: { readonly position: number }, b: { readonly position: number }): number {
  return a.position - b.position;
}

function toCandidate(row: IndexRow): Candidate {
  return {
    id: row.exchange_id,
    position: row.position,
    epoch: row.since,
    slots: slotsOf(row.slots),
    servable: row.servable === 1,
    switches: row.switches === 1,
    isWrite: row.is_write === 1,
    state: row.state,
    since: row.since,
    ...(row.made_before === null ? {} : { after: row.made_before }),
    ...(row.between_since === null ? {} : { between: JSON.parse(row.between_since) as number[] }),
    ...(row.opens === null ? {} : { opens: row.opens }),
    ...(row.changes === null ? {} : { changes: JSON.parse(row.changes) as number[] }),
    ...(row.actor === null ? {} : { actor: row.actor }),
  };
}

const insertSql = `INSERT INTO replay_index (session_id, request_key, position, exchange_id, servable, switches, is_write,
  state, since, made_before, between_since, opens, changes, slots, actor, shape_key, tokens, answer, echo)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Puts the index of one session in the place of what there was of it. */
export function writeReplayIndex(
  connection: Connection,
  sessionId: number,
  recordings: Iterable<IndexedRecording>,
): void {
  connection.run('DELETE FROM replay_index WHERE session_id = ?', sessionId);
  for (const one of recordings) {
    connection.run(
      insertSql,
      sessionId,
      Buffer.from(one.requestKey, 'hex'),
      one.position,
      one.id,
      Number(one.servable),
      Number(one.switches),
      Number(one.isWrite),
      one.state,
      one.since,
      one.after ?? null,
      one.between === undefined ? null : JSON.stringify(one.between),
      one.opens ?? null,
      one.changes === undefined ? null : JSON.stringify(one.changes),
      one.slots.length === 0 ? null : JSON.stringify(one.slots),
      one.actor ?? null,
      one.shape ? Buffer.from(one.shape.key, 'hex') : null,
      one.shape ? JSON.stringify(one.shape.tokens) : null,
      one.shape ? Buffer.from(one.shape.answer, 'hex') : null,
      one.echo === undefined || one.echo.length === 0 ? null : JSON.stringify(one.echo),
    );
  }
}
