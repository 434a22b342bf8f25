import { existsSync } from 'node:fs';
import { visible } from '../base/log.ts';
import type { Run } from '../model/run.ts';
import { runsFile } from '../store/retake-folder.ts';
import { verdictOrder } from '../suite/suite-result.ts';
import type { Register } from './command.ts';
import { positiveInteger } from './option-values.ts';

export const runs: Register = (define) => {
  const { command, run } = define('runs', 'list the test runs of this folder, newest first');
  command.option('--limit <n>', 'how many', positiveInteger, 20);
  run(async (context, options) => {
    const found = await readRuns(context.cwd, options['limit'] as number);
    if (context.json) {
      const document = { schema: 'retake.runs/1', runs: found.map(runDocument) };
      await context.print(`${JSON.stringify(document, undefined, 2)}\n`);
    } else if (found.length > 0) await context.print(formatRuns(found));
    else context.log.info('no runs yet: make one with retake test CASSETTE --target URL');
    return 0;
  });
};

/** Looking makes nothing: a folder without runs stays without `.retake`. */
async function readRuns(folder: string, limit: number): Promise<Run[]> {
  if (!existsSync(runsFile(folder))) return [];
  const { RunStore } = await import('../store/run-store.ts');
  const runStore = RunStore.open(folder);
  try {
    return runStore.runs(limit);
  } finally {
    runStore.close();
  }
}

function runDocument(run: Run): object {
  const { id, cassettePath, cassette, session, target, verdict, counts, checkCount, toolVersion, gitCommit } = run;
  return {
    run: id,
    cassettePath,
    cassette,
    session,
    target,
    startedAt: new Date(run.startedAt).toISOString(),
    endedAt: run.endedAt === undefined ? null : new Date(run.endedAt).toISOString(),
    verdict: verdict ?? null,
    checkCount,
    counts,
    toolVersion,
    gitCommit: gitCommit ?? null,
  };
}

function formatRuns(found: readonly Run[]): string {
  const rows = found.map((run) => [
    String(run.id),
    new Date(run.startedAt).toISOString().slice(0, 19).replace('T', ' '),
    run.verdict ?? (run.endedAt === undefined ? 'running' : 'interrupted'),
    `${run.cassette}:${run.session}`,
    visible(run.target),
    countsOf(run),
  ]);
  const table = [['run', 'started (UTC)', 'verdict', 'session', 'target', 'checks'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function countsOf({ checkCount, counts }: Run): string {
  const parts = verdictOrder.filter((verdict) => counts[verdict] > 0).map((verdict) => `${counts[verdict]} ${verdict}`);
  return [checkCount, ...(parts.length > 0 ? [`(${parts.join(', ')})`] : [])].join(' ');
}
