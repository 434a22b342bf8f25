import { Option } from 'commander';
import { AppError } from '../base/errors.ts';
import { addCaDirOption } from './ca-dir-option.ts';
import type { Register } from './command.ts';
import { withConfig } from './config.ts';
import type { ExecOptions } from './exec-proxy.ts';
import { repeatableHost } from './option-values.ts';
import { addRecordingOptions } from './recording-options.ts';
import { addServingOptions } from './serving-options.ts';

export const exec: Register = (define) => {
  const { command, run } = define(
    'exec <command...>',
    'run a program with its traffic recorded, or replayed if it was before',
  );
  command
    // What follows the program's name is the program's, also without "--".
    .passThroughOptions()
    .option('--cassette <name>', 'file, or bare name for cassettes/NAME.cassette (required but for passthrough)')
    .option('--session <name>', 'name of the recording (default: the newest; session-N for a new one)')
    .addOption(
      new Option('--mode <mode>', 'once: replay the recording, or make it; replay, append, rewrite; passthrough')
        .choices(execModes)
        .default('once'),
    );
  command.addOption(repeatableHost('--tunnel <host>', 'pass connections to this host on unrecorded; a glob'));
  addRecordingOptions(command);
  addCaDirOption(command)
    .option('--ready-file <file>', 'write addresses there once listening; removed at the end')
    .option('--no-control', 'no review UI and no API beside the proxy')
    .addHelpText('after', help);
  addServingOptions(command);
  run(async (context, given, words) => {
    const options = await withConfig(context, { command, options: given, sections: ['record', 'replay'] });
    const asksFaults = command.getOptionValueSource('fault') === 'cli';
    const execOptions = { ...(options as unknown as ExecOptions), ...(asksFaults ? { asksFaults } : {}) };
    if (execOptions.cassette === undefined && execOptions.mode !== 'passthrough') {
      throw new AppError('USAGE', {
        problem: 'there is no cassette to record into or to replay',
        hint: 'add --cassette NAME before the program: retake exec --cassette shop -- npm test',
      });
    }
    const { runExec } = await import('./run-exec.ts');
    return runExec(context, execOptions, words);
  });
};

const execModes = ['once', 'replay', 'append', 'rewrite', 'passthrough'];

const help = `
  retake exec --cassette shop -- npm test     the first time it records, from then on it replays
  retake exec --cassette shop --mode rewrite -- npm test     records anew, if the tests pass

The program gets the proxy and its certificates through its environment (HTTP_PROXY, SSL_CERT_FILE and others, see
docs/exec.md); $RETAKE_PROXY, $RETAKE_CA and $RETAKE_CA_PIN are for those that take options instead.
The exit code is the program's own if it is not 0, else the verdict. With --json stdout has events only; what the
program prints goes to stderr.`;
