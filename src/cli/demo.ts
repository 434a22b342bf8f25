import type { Register } from './command.ts';
import type { DemoOptions } from './run-demo.ts';

export const demo: Register = (define) => {
  const { command, run } = define('demo', 'record, replay, test and review an example shop, in half a minute');
  command
    .option('--folder <dir>', 'keep the cassette and the runs here (default: a temporary folder, removed at the end)')
    .option('--no-open', 'do not open the browser')
    .option('--exit', 'end after the last step instead of waiting at the review');
  run(async (context, options) => {
    const { runDemo } = await import('./run-demo.ts');
    return runDemo(context, options as unknown as DemoOptions);
  });
};
