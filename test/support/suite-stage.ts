import { onTestFinished } from 'vitest';
import { createRedactor } from '../../src/redact/redactor.ts';
import { RunStore } from '../../src/store/run-store.ts';
import type { SuiteRunOptions } from '../../src/suite/prepare-run.ts';
import { type RunSuiteOptions, runSuite } from '../../src/suite/run-suite.ts';
import { type SuiteResult, describeDifference, splitDifferences } from '../../src/suite/suite-result.ts';
import { resolveTargets } from '../../src/suite/suite-target.ts';
import { openReader } from './cassette.ts';
import { startNotesApi, useNotesApi } from './notes-api.ts';
import { recordSession, testKey } from './record-session.ts';
import { tempFolder } from './temp-folder.ts';

/** A cassette and the run store of the folder it is tested in. */
export interface SuiteStage {
  readonly folder: string;
  readonly file: string;
  readonly runStore: RunStore;
}

/** A session of the notes service: log in, create, list, read, update, read, delete, read. */
export async function recordNotes(redaction: 'on' | 'off' = 'on'): Promise<SuiteStage> {
  const folder = tempFolder();
  const api = await startNotesApi();
  const file = await recordSession({ folder, url: api.url, redaction, client: useNotesApi });
  await api.close();
  return stageOf(file, folder);
}

export function stageOf(file: string, folder = tempFolder()): SuiteStage {
  const runStore = RunStore.open(folder);
  onTestFinished(() => runStore.close());
  return { folder, file, runStore };
}

const secrets: Readonly<Record<string, string>> = { RETAKE_SECRET_PASSWORD: 'correct horse' };

/** What a run of a cassette's newest session needs, for the rest of the running test. */
export function suiteOptions({ file, runStore }: Omit<SuiteStage, 'folder'>, url: string): SuiteRunOptions {
  const reader = openReader(file);
  const session = reader.session();
  return {
    reader,
    cassette: 'shop',
    session,
    targets: resolveTargets([url], session.targets),
    runStore,
    redactor: createRedactor(testKey),
    secret: (variable) => secrets[variable],
    writes: 'refused',
    toolVersion: '0.1.0',
  };
}

/** Runs the newest session against a server, as `retake test` does. */
export function run(stage: SuiteStage, url: string, options: Partial<RunSuiteOptions> = {}): Promise<SuiteResult> {
  return runSuite({ ...suiteOptions(stage, url), cassette: 'notes', ...options });
}

/** Everything a check has to say, in lines. */
export function told({ checks }: SuiteResult): string[] {
  return checks.flatMap((check) => [
    ...splitDifferences(check.differences).told.map((one) => `${check.position} ${describeDifference(one)}`),
    ...(check.note === undefined ? [] : [`${check.position} ${check.note}`]),
  ]);
}

export const verdicts = ({ checks }: SuiteResult): string[] => checks.map(({ verdict }) => verdict);
