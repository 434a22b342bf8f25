import type { Register } from './command.ts';
import { withConfig } from './config.ts';
import { percentage, positiveInteger } from './option-values.ts';
import type { StrengthCommandOptions } from './run-strength.ts';

export const strength: Register = (define) => {
  const { command, run } = define('strength <cassette>', 'how many wrong answers a test run would catch today');
  command
    .option('--session <name>', 'session to look at (default: the newest)')
    .option('--min <percent>', 'exit 1 when less is caught', percentage)
    .option('--fail-on <verdict>', '"added": as retake test --fail-on added')
    .option('--limit <n>', 'wrong answers to try; of more, a fair choice (default: 20000)', positiveInteger)
    .option('--seed <n>', 'choose others (default: 1)', positiveInteger)
    .addHelpText('after', help);
  run(async (context, options, args) => {
    const { runStrength } = await import('./run-strength.ts');
    const all: StrengthCommandOptions = await withConfig(context, { command, options, sections: ['test'] });
    return runStrength(context, args[0]!, all);
  });
};

const help = `
Recorded answers are made wrong in one place each (a member dropped, a number off by one, ids
swapped, another status …) and judged as retake test would judge them. What passes is told with
what let it pass.

  retake strength shop                  what do the rules of today let pass?
  retake strength shop --min 90         for CI: exit 1 when fewer than 90 % are caught

More in docs/strength.md.`;
