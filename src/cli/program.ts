import { toolVersion } from '../base/tool-version.ts';
import { Command, CommanderError, Help } from 'commander';
import { AppError } from '../base/errors.ts';
import { type Register } from './command.ts';
import { addGlobalOptions, contextOf, reportError } from './context.ts';

/** Every command, in the order the help shows them. To add one, add a file and one line. */
const commands: ReadonlyMap<string, () => Promise<Register>> = new Map([
  ['record', async () => (await import('./record.ts')).record],
  ['replay', async () => (await import('./replay.ts')).replay],
  ['exec', async () => (await import('./exec.ts')).exec],
  ['test', async () => (await import('./test.ts')).test],
  ['ui', async () => (await import('./ui.ts')).ui],
  ['accept', async () => (await import('./accept.ts')).accept],
  ['rules', async () => (await import('./rules.ts')).rules],
  ['flows', async () => (await import('./flows.ts')).flows],
  ['invariants', async () => (await import('./invariants.ts')).invariants],
  ['strength', async () => (await import('./strength.ts')).strength],
  ['ls', async () => (await import('./ls.ts')).ls],
  ['show', async () => (await import('./show.ts')).show],
  ['runs', async () => (await import('./runs.ts')).runs],
  ['generate', async () => (await import('./generate.ts')).generate],
  ['ca', async () => (await import('./ca.ts')).ca],
  ['doctor', async () => (await import('./doctor.ts')).doctor],
  ['demo', async () => (await import('./demo.ts')).demo],
]);

/** Only the command that is named is loaded: a replay is expected to answer at once. Help and mistakes need all. */
function loadCommands(name: string | undefined): Promise<Register[]> {
  const named = commands.get(name ?? '');
  return Promise.all(named ? [named()] : [...commands.values()].map((load) => load()));
}

const plainHelp = new Help();

/** Parses the command line, runs one command, and returns the process's exit code. Never throws. */
export async function runCli(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  // What stands behind "--" is another program's.
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const flags = { json: own.includes('--json'), debug: own.includes('--debug') };
  const program = new Command('retake')
    .description('Record real HTTP traffic, replay it offline, review what changed.')
    .version(toolVersion)
    .showHelpAfterError('(add --help for the options)')
    .showSuggestionAfterError(true)
    .configureHelp({
      // An empty list is no default a person needs to know of.
      optionDescription: (option) => plainHelp.optionDescription(option).replace(' (default: [])', ''),
    })
    // Global options stand before the command or after it; after it they are the command's own.
    .enablePositionalOptions()
    .exitOverride();
  addGlobalOptions(program);
  // A program that reads JSON gets nothing else: what Commander would say is reported below.
  if (flags.json) program.configureOutput({ writeErr: () => {} });
  for (const register of await loadCommands(argv[0])) {
    register((usage, description) => {
      const command = program.command(usage).description(description).exitOverride();
      return {
        command,
        run: (action) => {
          // Last, so that the help shows a command's own options first.
          addGlobalOptions(command).action(async () => {
            const options = { ...program.opts(), ...command.opts() };
            exitCode = await action(contextOf(options, process.env), options, command.args);
          });
        },
      };
    });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) return reportError(thrown, flags);
    if (thrown.exitCode === 0) return 0;
    // Without --json Commander has already printed its message and the suggestion.
    if (flags.json) reportError(usageError(thrown), flags);
    return 2;
  }
}

function usageError({ code, message }: CommanderError): AppError {
  const problem =
    code === 'commander.help' ? 'no command is named' : message.replace(/^error: /, '').replace('\n', ' ');
  return new AppError('USAGE', { problem, hint: 'see retake --help' });
}
