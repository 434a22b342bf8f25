import { readFileSync } from 'node:fs';
import { AppError } from '../base/errors.ts';
import type { Connection } from './connection.ts';

/**
 * The right to write a cassette, as a row in the cassette itself: taking it is one SQLite transaction, so two processes
 * cannot both find it free, and there is no lock file to leave behind. A holder that died is recognised by its process
 * identity and simply replaced.
 */
interface Holder {
  readonly pid: number;
  /** `<boot id>:<start time in ticks since boot>`: tells a process from a later one with the same pid. Empty where unknown. */
  readonly process: string;
  readonly since: number;
}

/** Takes the lock inside the caller's transaction; CASSETTE_LOCKED names a living holder. */
export function takeWriterLock(connection: Connection, path: string, now: number): void {
  const holder = livingWriter(connection);
  if (holder) {
    throw new AppError('CASSETTE_LOCKED', { path, pid: holder.pid, since: new Date(holder.since).toISOString() });
  }
  connection.run(
    'INSERT OR REPLACE INTO writer (id, pid, process, since) VALUES (1, ?, ?, ?)',
    process.pid,
    identityOf(process.pid) ?? '',
    now,
  );
}

/** The process that holds the lock; undefined when none does or it has died. */
export function livingWriter(connection: Connection): { readonly pid: number; readonly since: number } | undefined {
  const holder = connection.get<Holder>('SELECT pid, process, since FROM writer');
  return holder && isAlive(holder) ? { pid: holder.pid, since: holder.since } : undefined;
}

export function releaseWriterLock(connection: Connection): void {
  connection.run('DELETE FROM writer');
}

function isAlive(holder: Holder): boolean {
  if (holder.process !== '' && process.platform === 'linux') return identityOf(holder.pid) === holder.process;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Linux only: undefined when there is no such process (a zombie is none), or no /proc. */
function identityOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything, so count from its end: state is the 3rd field, start time the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${boot}:${fields[19]}`;
  } catch {
    return undefined;
  }
}
