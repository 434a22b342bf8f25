import { type Command, InvalidArgumentError, type Option } from 'commander';
import { AppError } from '../base/errors.ts';
import type { ParsedConfig } from '../model/config.ts';
import { findConfigFile, readConfigFile } from '../store/config-file.ts';
import type { Context } from './context.ts';

/** The configuration of a project, and where it stands. */
export interface Config extends ParsedConfig {
  /** Absolute; undefined when there is none. */
  readonly file: string | undefined;
}

const none: Config = { file: undefined, match: [], compare: [], replay: {}, record: {}, test: {} };
const read = new WeakMap<object, Promise<Config>>();

/** `retake.config.ts` (or mts, js, mjs, json) of the working folder, or what `--config` names. Read once. CONFIG_INVALID. */
export function readConfig(context: Pick<Context, 'cwd' | 'configFile'>): Promise<Config> {
  const known = read.get(context);
  if (known) return known;
  const config = load(context);
  read.set(context, config);
  return config;
}

async function load({ cwd, configFile }: Pick<Context, 'cwd' | 'configFile'>): Promise<Config> {
  const file = findConfigFile(cwd, configFile);
  return file === undefined ? none : { file, ...(await readConfigFile(file)) };
}

type Section = 'replay' | 'record' | 'test';

/** Options that are repeated on the command line are lists here. */
const singular: Readonly<Record<string, string>> = { tags: 'tag', faults: 'fault' };

/**
 * The options of a command with the configuration's values for whatever neither a flag nor the environment gave. A value
 * passes the same checks as on the command line. CONFIG_INVALID.
 */
export async function withConfig<T extends object>(
  context: Pick<Context, 'cwd' | 'configFile' | 'ci'>,
  { command, options, sections }: { command: Command; options: T; sections: readonly Section[] },
): Promise<T> {
  const config = await readConfig(context);
  if (config.file === undefined) return options;
  const values: Record<string, unknown> = {};
  for (const section of sections) {
    for (const [key, value] of Object.entries(config[section] as Record<string, unknown>)) {
      const name = singular[key] ?? key;
      const option = command.options.find((candidate) => candidate.attributeName() === name);
      if (!option || value === undefined || isGiven(command, name)) continue;
      // A desk may pass misses on; CI never does, and is not asked to name that in a file it shares with desks.
      if (name === 'onMiss' && context.ci) continue;
      values[name] = await optionValue(option, value, { file: config.file, place: `${section}.${key}` });
    }
  }
  return { ...options, ...values };
}

function isGiven(command: Command, name: string): boolean {
  const source = command.getOptionValueSource(name);
  return source === 'cli' || source === 'env';
}

interface Origin {
  readonly file: string;
  readonly place: string;
}

async function optionValue(option: Option, value: unknown, origin: Origin): Promise<unknown> {
  if (typeof value === 'boolean') return value || undefined;
  const isList = Array.isArray(option.defaultValue);
  const texts = option.attributeName() === 'fault' ? await faultLines(value, origin) : textsOf(value);
  const text = texts.join(',');
  const problem = await unfit(origin.place, text);
  if (problem !== undefined) throw refused(origin, text, problem);
  const { parseArg } = option;
  if (!parseArg) return text;
  try {
    if (!isList) return parseArg<unknown>(text, undefined);
    return texts.reduce<unknown>((previous, one) => parseArg<unknown>(one, previous), []);
  } catch (thrown) {
    if (!(thrown instanceof InvalidArgumentError)) throw thrown;
    throw refused(origin, text, thrown.message);
  }
}

function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.entries(value).map(([name, text]) => `${name}=${String(text)}`);
}

/** Objects become the lines that say the same. */
async function faultLines(value: unknown, { file, place }: Origin): Promise<string[]> {
  const { formatFault, parseFault } = await import('../model/fault-text.ts');
  return (value as unknown[]).map((one, index) => {
    try {
      return formatFault(parseFault(one));
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      const problem = `${place}[${index}]: ${thrown.message}`;
      throw new AppError('CONFIG_INVALID', { path: file, problem, hint: thrown.hint });
    }
  });
}

/** Options whose texts are looked at later than the command line, and then blamed on it. */
async function unfit(place: string, text: string): Promise<string | undefined> {
  if (place === 'test.failOn') return text === 'added' ? undefined : 'Give added, or leave it away.';
  if (place === 'replay.timing') {
    const { parsePace } = await import('../proxy/pace.ts');
    return parsePace(text) ? undefined : 'Give instant, recorded, or a factor such as 2x or 0.5x.';
  }
  if (place !== 'replay.failOn' || text.trim() === 'none') return undefined;
  const { failReasons } = await import('../proxy/replay-verdict.ts');
  const words = text.split(',').map((word) => word.trim());
  const known: readonly string[] = failReasons;
  return words.every((word) => known.includes(word)) ? undefined : `Give any of ${known.join(', ')}, or none.`;
}

function refused({ file, place }: Origin, text: string, reason: string): AppError {
  return new AppError('CONFIG_INVALID', {
    path: file,
    problem: `${place}: ${JSON.stringify(text)} is not valid`,
    hint: reason,
  });
}
