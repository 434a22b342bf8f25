import type { Command } from 'commander';
import { repeatable } from './option-values.ts';
import { parseDuration, parseSize } from './quantity-options.ts';
import { addUpstreamOptions, type UpstreamOptions } from './upstream-options.ts';

/** What is stored and how, for every command that records. */
export interface RecordingOptions extends UpstreamOptions {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly maxBody?: number;
  readonly maxSize?: number;
  readonly maxDuration?: number;
  readonly answerTimeout?: number;
  readonly tag: readonly string[];
  readonly redact: boolean;
  readonly durable?: true;
}

export function addRecordingOptions(command: Command): Command {
  command
    .addOption(repeatable('--include <pattern>', 'store only what fits: host:, path:, method:, type: and a glob'))
    .addOption(repeatable('--exclude <pattern>', 'do not store what fits'))
    .option('--max-body <size>', 'store at most this much of each body', parseSize)
    .option('--max-size <size>', 'store nothing new after this much', parseSize)
    .option('--max-duration <time>', 'store nothing new after this time', parseDuration)
    .option('--answer-timeout <time>', 'answer 504 when the server takes longer (default: never)', parseDuration)
    .addOption(repeatable('--tag <key=value>', 'note something with the session'))
    .option('--no-redact', 'store secrets as they are')
    .option('--durable', 'finish each answer only when its exchange is safely on the disk');
  return addUpstreamOptions(command);
}
