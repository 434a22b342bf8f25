import { existsSync } from 'node:fs';
import { AppError } from '../base/errors.ts';
import type { Run } from '../model/run.ts';
import { runsFile } from '../store/retake-folder.ts';
import { RunStore } from '../store/run-store.ts';
import type { Assets } from './assets.ts';
import type { CassetteLibrary, KnownCassette } from './cassette-library.ts';
import type { LiveHub } from './live-hub.ts';
import type { TestJobs } from './test-jobs.ts';
import type { UiOptions } from './ui-options.ts';

/** What every route works with. */
export interface UiContext {
  readonly options: UiOptions;
  readonly assets: () => Assets;
  readonly library: CassetteLibrary;
  readonly hub: LiveHub;
  /** Undefined where nobody can run tests. */
  readonly jobs: TestJobs | undefined;
}

/** Opens the run store for one piece of work; undefined where no run was ever made, so that looking creates nothing. */
export function readRuns<T>(ui: UiContext, work: (store: RunStore) => T): T | undefined {
  if (!existsSync(runsFile(ui.options.folder))) return undefined;
  const store = RunStore.open(ui.options.folder);
  try {
    return work(store);
  } finally {
    store.close();
  }
}

/** The same for one run of it. RUN_MISSING when there is none of that id. */
export function readRun<T>(ui: UiContext, runId: number | undefined, work: (store: RunStore, run: Run) => T): T {
  const missing = (): AppError =>
    new AppError('RUN_MISSING', { run: runId ?? 'of that name', path: runsFile(ui.options.folder) });
  const found = readRuns(ui, (store) => {
    const run = runId === undefined ? undefined : store.run(runId);
    if (!run) throw missing();
    return { value: work(store, run) };
  });
  if (!found) throw missing();
  return found.value;
}

/** The cassette a run was made from: one of the folder's, or, when it lies elsewhere, the path the run names. */
export function cassetteOfRun(ui: UiContext, run: Run): KnownCassette {
  return ui.library.at(run.cassettePath) ?? { name: run.cassette, path: run.cassettePath };
}
