import { existsSync } from 'node:fs';
import { runsFile } from '../store/retake-folder.ts';
import { RunStore } from '../store/run-store.ts';

/** The run store of a folder; undefined where no run was ever made, so that looking creates nothing. */
export function pastRuns(folder: string): RunStore | undefined {
  return existsSync(runsFile(folder)) ? RunStore.open(folder) : undefined;
}
