import { existsSync } from 'node:fs';
import { AppError } from '../base/errors.ts';
import { isSessionName } from '../model/address.ts';

/** Throws USAGE for a name that no session can have. */
export function checkSessionName(session: string | undefined): void {
  if (session === undefined || isSessionName(session)) return;
  throw new AppError('USAGE', {
    problem: `${session} cannot be the name of a session`,
    hint: 'use letters, digits, ".", "_" and "-", at most 100',
  });
}

/** Is there something to replay: this session, or any when none is named? Throws for a file that cannot be read. */
export async function hasSession(file: string, session: string | undefined): Promise<boolean> {
  if (!existsSync(file)) return false;
  const { CassetteReader } = await import('./cassette-reader.ts');
  const reader = CassetteReader.open(file);
  try {
    const known = reader.sessions();
    return session === undefined ? known.length > 0 : known.some(({ name }) => name === session);
  } finally {
    reader.close();
  }
}
