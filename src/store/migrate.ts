import type { Connection } from './connection.ts';

/** Statements of each format step; the step at index N makes format N+1 out of format N. */
export type Steps = readonly (readonly string[])[];

/** Brings a file from `from` (0: empty) to the newest format, one step and one commit at a time. */
export function migrate(
  connection: Connection,
  format: { readonly applicationId: number; readonly steps: Steps },
  from: number,
): void {
  for (let version = from; version < format.steps.length; version += 1) {
    connection.transaction(() => {
      for (const statement of format.steps[version]!) connection.script(statement);
      // Both are part of the transaction: a file never says it is what it has not become.
      connection.pragma(`application_id = ${format.applicationId}`);
      connection.pragma(`user_version = ${version + 1}`);
    });
  }
}
