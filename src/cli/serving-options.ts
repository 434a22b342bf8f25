import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ExhaustedPolicy, Sequence } from '../match/choose.ts';
import type { LaneRule } from '../proxy/lane-keeper.ts';
import { repeatable } from './option-values.ts';
import { parseDuration, parseSize } from './quantity-options.ts';
import { addLaneRule } from './lane-options.ts';
import { addTimeOptions, type AnswerTimeOptions } from './time-options.ts';

/** What is served and when that is a failure, for every command that replays. */
export interface ServingOptions extends AnswerTimeOptions {
  readonly sequence: Sequence;
  readonly exhausted: ExhaustedPolicy;
  readonly timing: string;
  readonly onMiss: 'error' | 'forward' | 'record';
  readonly lanes: LaneRule;
  readonly failOn?: string;
  readonly strict?: true;
  /** Milliseconds. */
  readonly maxAge?: number;
  /** Bytes. */
  readonly cache?: number;
  readonly ledger?: string;
  readonly certificate?: string;
  /** One line each. */
  readonly fault: readonly string[];
  readonly faultSeed?: number;
}

/** Under headings of their own; options that are added afterwards have to say theirs. */
export function addServingOptions(command: Command): Command {
  command
    .optionsGroup('What is served:')
    .addOption(
      new Option('--sequence <rule>', 'which of several recordings of one request is served')
        .choices(['epoch', 'ordered', 'any'])
        .default('epoch')
        .env('RETAKE_SEQUENCE'),
    )
    .addOption(
      new Option(
        '--exhausted <policy>',
        'when all recordings of a write were served: a miss, the last again, or all anew',
      )
        .choices(['miss', 'last', 'loop'])
        .default('miss')
        .env('RETAKE_EXHAUSTED'),
    )
    .addOption(
      new Option('--timing <speed>', 'instant, recorded, or a factor: 2x is twice as fast as recorded')
        .default('instant')
        .env('RETAKE_TIMING'),
    )
    .addOption(
      new Option('--on-miss <action>', 'what a request without a recording gets')
        .choices(['error', 'forward', 'record'])
        .default('error')
        .env('RETAKE_ON_MISS'),
    );
  addLaneRule(command);
  addTimeOptions(command);
  return command
    .addOption(
      new Option('--cache <size>', 'memory for recordings that are asked again (default: 64mb); 0: none')
        .argParser(parseSize)
        .env('RETAKE_CACHE'),
    )
    .optionsGroup('Faults:')
    .addOption(
      repeatable('--fault <fault>', "let requests go wrong: 'GET /orders/*: latency 200ms±50ms', '*: 503 20%'"),
    )
    .addOption(new Option('--fault-seed <n>', 'other chances for faults (default: 1)').argParser(parseSeed))
    .optionsGroup('Verdict:')
    .addOption(
      new Option(
        '--fail-on <reasons>',
        'exit with 1 on any of: unmatched, forwarded, relaxed, unused, obsolete, expired, and with 5 on secrets; or none (default: unmatched; in CI unmatched, unused, obsolete, expired)',
      ).env('RETAKE_FAIL_ON'),
    )
    .option('--strict', 'serve nothing that is less than an exact match, and fail on everything --fail-on knows')
    .addOption(
      new Option('--max-age <duration>', 'sessions recorded longer ago are expired: 30d, 12h')
        .argParser(parseDuration)
        .env('RETAKE_MAX_AGE'),
    )
    .option('--ledger <file>', 'write all that was served, missed, relaxed and left into this file, at the end')
    .option('--certificate <file>', 'write what this replay rested on into this file, the same for equal runs');
}

function parseSeed(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
