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
  changed_by INTEGER,
  changed_at INTEGER,
  surely TEXT,
  slots TEXT,
  actor TEXT,
  shape_key BLOB,
  tokens TEXT,
  answer BLOB,
  echo TEXT,
  PRIMARY KEY (session_id, request_key, position)
) STRICT, WITHOUT ROWID`,
  `CREATE INDEX replay_index_by_shape ON replay_index (session_id, shape_key, position) WHERE shape_key IS NOT NULL`,
  `CREATE TABLE replay_actors (
  session_id INTEGER NOT NULL ${sessionReference},
  place TEXT NOT NULL,
  id TEXT NOT NULL,
  named INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (session_id, place, id)
) STRICT, WITHOUT ROWID`,
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
  /** Who asked: one for each credential; undefined when nobody said. */
  readonly actor?: readonly ActorId[];
  /** Of a request with tokens that may differ: what they were. Equal for all recordings of a key. */
  readonly tokens?: readonly RecordedToken[];
}

/** A credential of a request. */
export interface ActorId {
  readonly place: string;
  /** Hash of whom it stands for. */
  readonly id: string;
  /** It holds a name, which stays the same when the credential is issued anew. */
  readonly named: boolean;
}

/** What a session says of one credential. */
export interface RecordedActor extends ActorId {
  /** Positions. */
  readonly first: number;
  readonly last: number;
  readonly count: number;
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
  readonly changed_by: number | null;
  readonly changed_at: number | null;
  readonly surely: string | null;
  readonly tokens: string | null;
  readonly actor: string | null;
}

interface ShapeRow extends IndexRow {
  readonly request_key: Buffer;
  readonly answer: Buffer;
}

const candidateColumns = `exchange_id, position, slots, servable, switches, is_write, state, since, made_before,
  between_since, opens, changes, changed_by, changed_at, surely, actor, tokens`;

// Without ORDER BY, which the tree gives anyway: with it SQLite plans the statement anew at each run, to see whether what
// it is bound to makes sorting needless, and that takes five times as long as the look-up.
const byKeySql = `SELECT ${candidateColumns} FROM replay_index WHERE session_id = ? AND request_key = ?`;
const byShapeSql = `SELECT ${candidateColumns}, request_key, answer FROM replay_index
  WHERE session_id = ? AND shape_key = ? ORDER BY position`;
const actorsSql = 'SELECT place, id, named, first, last, count FROM replay_actors WHERE session_id = ?';
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
      .map(candidateReader())
      .sort(byPosition);
  }

  /** Recordings whose requests have this shape and tokens that may differ, by position. */
  shaped(sessionId: number, shapeKey: string): ShapedCandidate[] {
    const read = candidateReader();
    return this.#connection.all<ShapeRow>(byShapeSql, sessionId, Buffer.from(shapeKey, 'hex')).map((row) => ({
      ...(read(row) as Candidate & { readonly tokens: readonly RecordedToken[] }),
      requestKey: row.request_key.toString('hex'),
      answer: row.answer.toString('hex'),
    }));
  }

  /** Everybody who asked for something in a session. */
  actors(sessionId: number): RecordedActor[] {
    return this.#connection
      .all<Omit<RecordedActor, 'named'> & { readonly named: number }>(actorsSql, sessionId)
      .map(({ named, ...actor }) => ({ ...actor, named: named === 1 }));
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

/** Rows that follow one another mostly say the same of what is written as JSON: it is read once. */
function candidateReader(): (row: IndexRow) => Candidate {
  const tokens = new JsonReader<readonly RecordedToken[]>();
  const changes = new JsonReader<readonly number[]>();
  const surely = new JsonReader<readonly number[]>();
  const actor = new JsonReader<readonly ActorId[]>();
  return (row) => ({
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
    ...(row.changes === null ? {} : { changes: changes.read(row.changes) }),
    ...(row.changed_by === null ? {} : { changedBy: row.changed_by }),
    ...(row.changed_at === null ? {} : { changedAt: row.changed_at }),
    ...(row.surely === null ? {} : { surely: surely.read(row.surely) }),
    ...(row.actor === null ? {} : { actor: actor.read(row.actor) }),
    ...(row.tokens === null ? {} : { tokens: tokens.read(row.tokens) }),
  });
}

class JsonReader<T> {
  #text = '';
  #value: T | undefined;

  read(text: string): T {
    if (this.#value === undefined || this.#text !== text) {
      this.#text = text;
      this.#value = JSON.parse(text) as T;
    }
    return this.#value;
  }
}

const insertSql = `INSERT INTO replay_index (session_id, request_key, position, exchange_id, servable, switches, is_write,
  state, since, made_before, between_since, opens, changes, changed_by, changed_at, surely, slots, actor, shape_key, tokens, answer, echo)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const insertActorSql = `INSERT INTO replay_actors (session_id, place, id, named, first, last, count)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;

/** Puts the index of one session in the place of what there was of it. */
export function writeReplayIndex(
  connection: Connection,
  sessionId: number,
  recordings: Iterable<IndexedRecording>,
): void {
  connection.run('DELETE FROM replay_index WHERE session_id = ?', sessionId);
  connection.run('DELETE FROM replay_actors WHERE session_id = ?', sessionId);
  const actors = new ActorList();
  for (const one of recordings) {
    actors.add(one);
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
      one.changedBy ?? null,
      one.changedAt ?? null,
      one.surely === undefined ? null : JSON.stringify(one.surely),
      one.slots.length === 0 ? null : JSON.stringify(one.slots),
      one.actor === undefined ? null : JSON.stringify(one.actor),
      one.shape ? Buffer.from(one.shape.key, 'hex') : null,
      one.shape ? JSON.stringify(one.shape.tokens) : null,
      one.shape ? Buffer.from(one.shape.answer, 'hex') : null,
      one.echo === undefined || one.echo.length === 0 ? null : JSON.stringify(one.echo),
    );
  }
  for (const { place, id, named, first, last, count } of actors.all()) {
    connection.run(insertActorSql, sessionId, place, id, Number(named), first, last, count);
  }
}

/** Sums up, in the order of positions, who asked. */
export class ActorList {
  readonly #actors = new Map<string, { -readonly [K in keyof RecordedActor]: RecordedActor[K] }>();

  add({ position, actor = [] }: { readonly position: number; readonly actor?: readonly ActorId[] }): void {
    for (const one of actor) {
      const id = `${one.place}\n${one.id}`;
      const known = this.#actors.get(id);
      if (known) {
        known.last = position;
        known.count += 1;
      } else this.#actors.set(id, { ...one, first: position, last: position, count: 1 });
    }
  }

  all(): Iterable<RecordedActor> {
    return this.#actors.values();
  }
}
