import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { AppError, type ExitCode, problemOf } from '../base/errors.ts';
import type { Context } from './context.ts';
import { type Machine, StoreProblem, type TrustedAuthority, type TrustStore } from './trust-store.ts';

/** What was done, or not, in one trust store. */
interface StoreResult {
  readonly store: string;
  readonly state: 'installed' | 'already-installed' | 'removed' | 'not-installed' | 'failed';
  readonly problem?: StoreProblem;
}

export interface TrustChange {
  readonly context: Context;
  /** Of the authority. */
  readonly folder: string;
  readonly machine: Machine;
}

/** Makes the authority if it is not there, and every trust store trust it. Throws TRUST_STORE_UNCHANGED or TRUST_STORE_UNKNOWN. */
export async function installAuthority({ context, folder, machine }: TrustChange): Promise<ExitCode> {
  const { openCertificateAuthority } = await import('../proxy/certificate-authority.ts');
  const { lacksNssTool } = await import('./nss-store.ts');
  const authority = await openCertificateAuthority(folder);
  if (authority.note !== undefined) context.log.warn(authority.note);
  const { SUDO_USER: caller } = context.env;
  if (caller !== undefined && caller !== 'root') {
    context.log.warn(
      `this authority is of the user who runs this; for the one of ${caller} name its folder with --ca-dir`,
    );
  }
  const results: StoreResult[] = [];
  for (const store of await storesOf(machine, authority.certificatePath)) {
    results.push(await addTo(store, authority));
  }
  if (machine.platform === 'linux' && lacksNssTool(machine)) {
    context.log.warn(
      'Chromium and Chrome have certificates of their own; to reach them install certutil (Debian: libnss3-tools) and run this again',
    );
  }
  const { name, fingerprint } = authority;
  const failure = await report(context, 'install', { name, fingerprint }, results);
  context.log.info('retake exec needs no installation; undo this with retake ca uninstall');
  if (failure !== undefined) throw failure;
  return 0;
}

async function addTo(store: TrustStore, authority: TrustedAuthority): Promise<StoreResult> {
  try {
    const there = (await store.list()).some(({ fingerprint256 }) => fingerprint256 === authority.fingerprint);
    if (there) return { store: store.name, state: 'already-installed' };
    await store.add(authority);
    return { store: store.name, state: 'installed' };
  } catch (thrown) {
    return failed(store, thrown);
  }
}

/** Which authority is to be taken out of the stores, and how that is said. */
interface Wanted {
  readonly words: { readonly name?: string; readonly fingerprint?: string };
  readonly matches: (certificate: X509Certificate) => boolean;
}

/** Takes the authority out of every trust store, also when its folder is gone or broken. Throws as `installAuthority`. */
export async function uninstallAuthority(
  options: TrustChange & { readonly fingerprint: string | undefined },
): Promise<ExitCode> {
  const { context, folder, machine, fingerprint } = options;
  const wanted = await wantedOf(folder, fingerprint);
  const results: StoreResult[] = [];
  const others = new Set<string>();
  for (const store of await storesOf(machine, folder)) {
    try {
      const all = await store.list();
      const found = all.filter((certificate) => wanted.matches(certificate));
      for (const certificate of all) if (!found.includes(certificate)) others.add(certificate.fingerprint256);
      for (const certificate of found) await store.remove(certificate);
      results.push({ store: store.name, state: found.length > 0 ? 'removed' : 'not-installed' });
    } catch (thrown) {
      results.push(failed(store, thrown));
    }
  }
  const failure = await report(context, 'uninstall', wanted.words, results);
  for (const other of others) {
    context.log.info(`another authority of Retake is still trusted: retake ca uninstall --fingerprint ${other}`);
  }
  if (failure !== undefined) throw failure;
  return 0;
}

/**
 * By its fingerprint where that is given or the certificate is still there, however broken its authority may be; else
 * every authority that this user made on this machine.
 */
async function wantedOf(folder: string, given: string | undefined): Promise<Wanted> {
  const { authorityCertificateFile, authorityNamePrefix, commonName } = await import('../proxy/authority-files.ts');
  const fingerprint = given === undefined ? fingerprintIn(authorityCertificateFile(folder)) : parseFingerprint(given);
  if (fingerprint !== undefined) {
    return { words: { fingerprint }, matches: ({ fingerprint256 }) => fingerprint256 === fingerprint };
  }
  const prefix = authorityNamePrefix();
  return {
    words: { name: prefix.trim() },
    matches: (certificate) => commonName(certificate).startsWith(prefix),
  };
}

function fingerprintIn(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return new X509Certificate(readFileSync(file)).fingerprint256;
  } catch {
    return undefined;
  }
}

function parseFingerprint(text: string): string {
  const digits = text.replaceAll(':', '').toUpperCase();
  if (!/^[0-9A-F]{64}$/.test(digits)) {
    throw new AppError('USAGE', {
      problem: `${text} is no SHA-256 fingerprint`,
      hint: 'it has 64 hexadecimal digits, with or without colons, as retake ca path prints it',
    });
  }
  return digits.match(/../g)!.join(':');
}

async function storesOf(machine: Machine, certificatePath: string): Promise<readonly TrustStore[]> {
  const { trustStores } = await import('./trust-stores.ts');
  const stores = trustStores(machine);
  if (stores.length === 0) throw new AppError('TRUST_STORE_UNKNOWN', { path: certificatePath });
  return stores;
}

function failed({ name }: TrustStore, thrown: unknown): StoreResult {
  const problem = thrown instanceof StoreProblem ? thrown : new StoreProblem(problemOf(thrown), undefined, thrown);
  return { store: name, state: 'failed', problem };
}

const stateWords = {
  installed: 'installed in',
  'already-installed': 'already in',
  removed: 'removed from',
  'not-installed': 'was not in',
} as const;

/** Prints what was done everywhere; returns TRUST_STORE_UNCHANGED if it was not done somewhere. */
async function report(
  context: Context,
  action: 'install' | 'uninstall',
  authority: Wanted['words'],
  results: readonly StoreResult[],
): Promise<AppError | undefined> {
  if (context.json) {
    const stores = results.map(({ store, state, problem }) => ({
      store,
      state,
      ...(problem && { problem: problem.message, command: problem.command ?? null }),
    }));
    const document = { schema: 'retake.ca/1', action, ...authority, stores };
    await context.print(`${JSON.stringify(document, undefined, 2)}\n`);
  } else {
    for (const { store, state } of results) {
      // Failures are told by the error at the end.
      if (state !== 'failed') context.log.info(`${stateWords[state]} ${store}`);
    }
  }
  const failures = results.filter((result) => result.problem !== undefined);
  if (failures.length === 0) return undefined;
  return new AppError('TRUST_STORE_UNCHANGED', {
    stores: failures.map(({ store }) => store).join(' and '),
    problem: failures.map(({ problem }) => problem!.message).join('; '),
    hint: hintOf(failures.flatMap(({ problem }) => problem?.command ?? [])),
  });
}

function hintOf(commands: readonly string[]): string {
  return commands.length === 0 ? 'mend that, then run this again' : `run it yourself: ${commands.join(' ; ')}`;
}
