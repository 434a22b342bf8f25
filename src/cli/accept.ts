import { AppError, type ExitCode } from '../base/errors.ts';
import { visible } from '../base/log.ts';
import { type Selector, matchesGlob } from '../model/address.ts';
import type { Check, Run } from '../model/run.ts';
import type { RunStore } from '../store/run-store.ts';
import { authorOf } from './author.ts';
import type { Register } from './command.ts';
import { type Context, cassettePath } from './context.ts';
import { positiveInteger } from './option-values.ts';
import { parseSelectorFor } from './select-exchanges.ts';

interface AcceptOptions {
  readonly run?: number;
  readonly cassette?: string;
  readonly note?: string;
}

export const accept: Register = (define) => {
  const { command, run } = define('accept [selector]', 'make fresh responses of a test run the new baselines');
  command
    .option('--run <id>', 'the run to accept from (default: the newest)', positiveInteger)
    .option('--cassette <cassette>', 'the newest run of this cassette')
    .option('--note <text>', 'why, for the history');
  run(async (context, options, [selector]) => runAccept(context, options, selector));
};

async function runAccept(context: Context, options: AcceptOptions, text: string | undefined): Promise<ExitCode> {
  if (context.ci) {
    throw new AppError('USAGE', {
      problem: 'accept does not work in CI: what is right is decided by a person',
      hint: 'run it on your machine, or add --no-ci if this is one',
    });
  }
  const { RunStore } = await import('../store/run-store.ts');
  const { acceptChecks } = await import('../review/finish.ts');
  const { needsDecision } = await import('../review/fold.ts');
  const runStore = RunStore.open(context.cwd);
  try {
    const run = chooseRun(runStore, context, options);
    const selector = parseSelectorFor(run.cassette, text);
    const selected = runStore.checks(run.id).filter((check) => isSelected(check, run, selector));
    if (selected.length === 0) {
      throw new AppError('EXCHANGE_MISSING', {
        selector: `${text ?? 'anything'} in run ${run.id}`,
        cassette: run.cassette,
      });
    }
    const chosen = selected.filter(needsDecision);
    const finished = acceptChecks({
      runStore,
      runId: run.id,
      checkIds: chosen.map((check) => check.id),
      author: authorOf(context.env),
      ...(options.note === undefined ? {} : { note: options.note }),
      now: Date.now(),
    });
    const refused = new Set(finished.notWritten.map(({ address }) => address));
    const accepted = chosen.filter((check) => !refused.has(check.address));
    if (context.json) {
      const addresses = accepted.map((check) => check.address);
      const document = {
        schema: 'retake.accept/1',
        run: run.id,
        accepted: addresses,
        notAccepted: finished.notWritten,
      };
      await context.print(`${JSON.stringify(document, undefined, 2)}\n`);
    } else await context.print(describe(run, { accepted, notWritten: finished.notWritten }));
    return finished.notWritten.length > 0 ? 1 : 0;
  } finally {
    runStore.close();
  }
}

function chooseRun(runStore: RunStore, context: Context, { run: id, cassette }: AcceptOptions): Run {
  const path = cassette === undefined ? undefined : cassettePath(context.cwd, cassette);
  const isWanted = (run: Run): boolean => path === undefined || run.cassettePath === path;
  if (id !== undefined) {
    const run = runStore.run(id);
    if (run && !isWanted(run)) {
      throw new AppError('USAGE', {
        problem: `run ${id} is about ${run.cassette}, not ${cassette}`,
        hint: 'leave --run or --cassette away',
      });
    }
    if (run) return run;
  } else {
    const newest = runStore.runs(Number.MAX_SAFE_INTEGER).find(isWanted);
    if (newest) return newest;
  }
  throw new AppError('RUN_MISSING', { run: id ?? (cassette ? `of ${cassette}` : 'yet'), path: runStore.path });
}

function isSelected(check: Check, run: Run, selector: Selector): boolean {
  switch (selector.kind) {
    case 'all':
      return true;
    case 'session':
      return run.session === selector.session;
    case 'exchange':
      return run.session === selector.session && check.position === selector.position;
    case 'pattern':
      return (selector.method === '*' || selector.method === check.method) && matchesGlob(check.target, selector.glob);
    default:
      return selector satisfies never;
  }
}

interface Accepted {
  readonly accepted: readonly Check[];
  readonly notWritten: readonly { readonly address: string; readonly reason: string }[];
}

function describe(run: Run, { accepted, notWritten }: Accepted): string {
  const lines = accepted.map(
    (check) => `accepted  ${check.verdict}  ${check.method} ${visible(check.target)}  ${check.address}`,
  );
  for (const { address, reason } of notWritten) lines.push(`not accepted  ${address}\n  ${visible(reason)}`);
  if (lines.length === 0) lines.push(`nothing to accept: every selected response of run ${run.id} is as it was`);
  else if (accepted.length > 0) {
    const noun = accepted.length === 1 ? 'response is the baseline' : 'responses are the baselines';
    lines.push(`${accepted.length} ${noun} of ${run.cassette}:${run.session} now; the earlier ones are kept`);
  }
  return `${lines.join('\n')}\n`;
}
