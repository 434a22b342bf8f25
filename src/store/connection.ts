import Database from 'better-sqlite3';
import { AppError } from '../base/errors.ts';

type Value = string | number | bigint | Buffer | null;
type Row = Record<string, Value>;

/** What an error of SQLite means to the caller: an AppError, or the thrown value itself. */
export type Explain = (thrown: unknown) => unknown;

/**
 * One SQLite connection: prepared statements are kept, and every error passes through `explain`, so that a damaged page
 * met in the middle of a query reads like one met at the start.
 */
export class Connection {
  readonly #database: Database.Database;
  readonly #explain: Explain;
  readonly #statements = new Map<string, Database.Statement<Value[], Row>>();
  readonly #access: 'read' | 'write';
  #isHeld = false;

  constructor(
    path: string,
    options: { readonly access: 'read' | 'write'; readonly busyTimeoutMs: number; readonly explain: Explain },
  ) {
    this.#explain = options.explain;
    this.#access = options.access;
    try {
      this.#database = new Database(path, { readonly: options.access === 'read', timeout: options.busyTimeoutMs });
      // A file from elsewhere gets no say: functions in its schema must be harmless, sizes in its cells are checked.
      this.#database.pragma('trusted_schema = OFF');
      this.#database.pragma('cell_size_check = ON');
      this.#database.pragma('foreign_keys = ON');
    } catch (thrown) {
      throw options.explain(thrown);
    }
  }

  all<T>(sql: string, ...values: Value[]): T[] {
    try {
      return this.#statement(sql).all(...values) as T[];
    } catch (thrown) {
      throw this.#explain(thrown);
    }
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the columns it selects
  get<T>(sql: string, ...values: Value[]): T | undefined {
    try {
      return this.#statement(sql).get(...values) as T | undefined;
    } catch (thrown) {
      throw this.#explain(thrown);
    }
  }

  /** Runs a statement; returns the rows changed and the id of the last row inserted. */
  run(sql: string, ...values: Value[]): { readonly changes: number; readonly id: number } {
    try {
      const result = this.#statement(sql).run(...values);
      return { changes: result.changes, id: Number(result.lastInsertRowid) };
    } catch (thrown) {
      throw this.#explain(thrown);
    }
  }

  /** Statements without parameters or results. */
  script(sql: string): void {
    try {
      this.#database.exec(sql);
    } catch (thrown) {
      throw this.#explain(thrown);
    }
  }

  /** Reads or sets a pragma; returns its first value. */
  pragma(source: string): unknown {
    try {
      return this.#database.pragma(source, { simple: true });
    } catch (thrown) {
      throw this.#explain(thrown);
    }
  }

  /** Takes the write lock first, commits when `work` returns, undoes everything when it throws. May be nested. */
  transaction<T>(work: () => T): T {
    try {
      return this.#database.transaction(work).immediate();
    } catch (thrown) {
      throw this.#explain(thrown);
    }
  }

  /**
   * What is read in this turn of the event loop shares one lock on the file and one look at whether it changed, which
   * cost more than finding a row (decision 028). A writer elsewhere waits until the turn is over; a connection that may
   * write itself has its own transactions, and nothing happens.
   */
  holdForTurn(): void {
    if (this.#isHeld || this.#access === 'write') return;
    this.script('BEGIN');
    this.#isHeld = true;
    setImmediate(() => {
      this.#isHeld = false;
      // An error may have ended it before.
      if (this.#database.open && this.#database.inTransaction) this.script('COMMIT');
    });
  }

  /** All that `work` reads shares one lock on the file, and sees one state of it. */
  reading<T>(work: () => T): T {
    if (this.#database.inTransaction) return work();
    this.script('BEGIN');
    try {
      return work();
    } finally {
      if (this.#database.inTransaction) this.script('COMMIT');
    }
  }

  close(): void {
    this.#database.close();
  }

  #statement(sql: string): Database.Statement<Value[], Row> {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare<Value[], Row>(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** The result code of SQLite (`SQLITE_BUSY`, `SQLITE_IOERR_SHMMAP` …) behind an error, or undefined. */
export function sqliteCode(thrown: unknown): string | undefined {
  if (thrown instanceof Database.SqliteError) return thrown.code;
  return thrown instanceof AppError && thrown.cause !== undefined ? sqliteCode(thrown.cause) : undefined;
}
