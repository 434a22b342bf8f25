import { AppError } from '../base/errors.ts';
import { Connection } from './connection.ts';
import { migrate, type Steps } from './migrate.ts';
import { cassetteApplicationId, cassetteSteps } from './schema.ts';

interface SchemaEntry {
  readonly type: string;
  readonly name: string;
  readonly sql: string | null;
}

/**
 * Is this open file a cassette of a format we know, with exactly our tables and indexes? Reads the header and the
 * schema, nothing else, so it costs the same for any size. Returns the format version.
 *
 * A trigger, view, virtual table or generated column would run code of the file's author when we read or write; since
 * every statement of the schema must be ours word for word, none can hide.
 */
export function verifyCassette(connection: Connection, path: string, steps: Steps = cassetteSteps): number {
  const applicationId = connection.pragma('application_id') as number;
  if (applicationId !== cassetteApplicationId) {
    const found = `0x${(applicationId >>> 0).toString(16).padStart(8, '0')}`;
    throw new AppError('CASSETTE_NOT_SQLITE', {
      path,
      problem: `it is a SQLite file of another program (application id ${found})`,
    });
  }
  const version = connection.pragma('user_version') as number;
  if (version > steps.length) throw new AppError('CASSETTE_NEWER', { path, found: version, known: steps.length });
  if (version < 1) throw new AppError('CASSETTE_CORRUPT', { path, problem: `format ${version} never existed` });
  const expected = schemaOf(steps.slice(0, version));
  const present = new Map(readSchema(connection).map((entry) => [`${entry.type} ${entry.name}`, entry.sql]));
  for (const [name, sql] of present) {
    if (!expected.has(name)) {
      throw new AppError('CASSETTE_CORRUPT', { path, problem: `it holds the ${name}, which Retake never makes` });
    }
    if (expected.get(name) !== sql) {
      throw new AppError('CASSETTE_CORRUPT', { path, problem: `its ${name} is not the one Retake makes` });
    }
  }
  const missing = [...expected.keys()].find((name) => !present.has(name));
  if (missing !== undefined) throw new AppError('CASSETTE_CORRUPT', { path, problem: `its ${missing} is missing` });
  return version;
}

function readSchema(connection: Connection): SchemaEntry[] {
  // `sqlite_…` are SQLite's own: indexes of primary keys, statistics.
  return connection.all<SchemaEntry>(
    `SELECT type, name, sql FROM sqlite_schema WHERE NOT (name LIKE 'sqlite\\_%' ESCAPE '\\' AND type IN ('table', 'index'))`,
  );
}

/** What a fresh file of that format holds: made once in memory, so that it is right for every chain of steps. */
function schemaOf(steps: Steps): ReadonlyMap<string, string | null> {
  const explain = (thrown: unknown): unknown => thrown;
  const memory = new Connection(':memory:', { access: 'write', busyTimeoutMs: 0, explain });
  try {
    migrate(memory, { applicationId: cassetteApplicationId, steps }, 0);
    return new Map(readSchema(memory).map((entry) => [`${entry.type} ${entry.name}`, entry.sql]));
  } finally {
    memory.close();
  }
}
