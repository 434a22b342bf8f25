import { Command, CommanderError, Help } from 'commander';
import { AppError, type ExitCode } from '../base/errors.ts';
import { accept } from './accept.ts';
import { type Register, toolVersion } from './command.ts';
import { addGlobalOptions, contextOf, reportError } from './context.ts';
import { demo } from './demo.ts';
import { generate } from './generate.ts';
import { ls } from './ls.ts';
import { runs } from './runs.ts';
import { record } from './record.ts';
import { replay } from './replay.ts';
import { show } from './show.ts';
import { test } from './test.ts';
import { ui } from './ui.ts';

/** Every command, in the order the help shows them. To add one, add a file and one line. */
const commands: readonly Register[] = [record, replay, test, ui, accept, ls, show, runs, generate, demo];

const plainHelp = new Help();

/** Parses the command line, runs one command, and returns the process's exit code. Never throws. */
export async function runCli(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = new Command('retake')
    .description('Record real HTTP traffic, replay it offline, review what changed.')
    .version(toolVersion)
    .showHelpAfterError('(add --help for the options)')
    .showSuggestionAfterError(true)
    .configureHelp({
      // An empty list is no default a person needs to know of.
      optionDescription: (option) => plainHelp.optionDescription(option).replace(' (default: [])', ''),
    })
    .exitOverride();
  for (const register of commands) {
    register((usage, description) => {
      const command = program.command(usage).description(description).exitOverride();
      return {
        command,
        run: (action) => {
          // Last, so that the help shows a command's own options first.
          addGlobalOptions(command).action(async () => {
            exitCode = await action(contextOf(command.opts(), process.env), command.opts(), command.args);
          });
        },
      };
    });
  }
  const flags = { json: argv.includes('--json'), debug: argv.includes('--debug') };
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) return reportError(thrown, flags);
    if (thrown.exitCode === 0 || thrown.code === 'commander.help') return thrown.exitCode === 0 ? 0 : 2;
    // Commander has already printed its message and the suggestion.
    if (flags.json) reportError(new AppError('USAGE', { problem: thrown.message, hint: 'see retake --help' }), flags);
    return 2;
  }
}
