import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError, problemOf } from '../base/errors.ts';
import type { ParsedConfig } from '../model/config.ts';

const names = ['ts', 'mts', 'js', 'mjs', 'json'].map((ending) => `retake.config.${ending}`);

/**
 * The configuration of a folder, or the one that is named (CONFIG_INVALID when it is not there). Undefined: none. Costs a
 * look at five names.
 */
export function findConfigFile(folder: string, named?: string): string | undefined {
  if (named !== undefined) {
    const file = path.resolve(folder, named);
    if (isFile(file)) return file;
    throw invalid(file, { problem: 'there is no such file', hint: 'check --config and RETAKE_CONFIG' });
  }
  const found = names.map((name) => path.join(folder, name)).filter(isFile);
  const [first, second] = found;
  if (first === undefined || second === undefined) return first;
  throw invalid(first, {
    problem: `${path.basename(second)} stands beside it`,
    hint: 'keep one of them, or name one with --config',
  });
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Reads a configuration. CONFIG_INVALID for a file that cannot be loaded, throws, or says what cannot be meant. */
export async function readConfigFile(file: string): Promise<ParsedConfig> {
  const { ConfigProblem, parseConfig } = await import('../model/config.ts');
  const exported = file.endsWith('.json') ? readJsonFile(file) : await importFile(file);
  try {
    return parseConfig(exported);
  } catch (thrown) {
    if (!(thrown instanceof ConfigProblem)) throw thrown;
    throw invalid(file, { problem: thrown.message, hint: thrown.hint }, thrown);
  }
}

function readJsonFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (thrown) {
    throw invalid(file, { problem: problemOf(thrown), hint: 'make it valid JSON' }, thrown);
  }
}

async function importFile(file: string): Promise<unknown> {
  const unmute = muteLoader();
  let loaded: Record<string, unknown>;
  try {
    loaded = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (thrown) {
    throw invalid(
      file,
      { problem: `${lineOf(thrown, file)}${problemOf(thrown)}`, hint: 'mend the file; --debug shows the stack' },
      thrown,
    );
  } finally {
    unmute();
  }
  if ('default' in loaded) return loaded['default'];
  throw invalid(file, {
    problem: 'it has no default export',
    hint: `write: import { defineConfig } from 'retake/config'; export default defineConfig({ … })`,
  });
}

/** Node's remarks on how it reads a file of ours are nothing the reader of a test's output asked for. */
const loaderRemark = /^Type Stripping|^Module type of file/;

function muteLoader(): () => void {
  const original = Reflect.get(process, 'emitWarning') as (...args: unknown[]) => void;
  const emitWarning = (warning: unknown, ...rest: unknown[]): void => {
    const text = warning instanceof Error ? warning.message : String(warning);
    if (!loaderRemark.test(text)) Reflect.apply(original, process, [warning, ...rest]);
  };
  Object.assign(process, { emitWarning });
  return () => void Object.assign(process, { emitWarning: original });
}

/** Where in the file it went wrong, if the stack says so; of a syntax error only the stack does. */
function lineOf(thrown: unknown, file: string): string {
  if (!(thrown instanceof Error)) return '';
  const stack = thrown.stack ?? '';
  for (const name of [pathToFileURL(file).href, file]) {
    const at = stack.indexOf(`${name}:`);
    const line = at === -1 ? undefined : /^\d+/.exec(stack.slice(at + name.length + 1))?.[0];
    if (line !== undefined) return `line ${line}: `;
  }
  return '';
}

function invalid(file: string, { problem, hint }: { problem: string; hint: string }, cause?: unknown): AppError {
  return new AppError('CONFIG_INVALID', { path: file, problem, hint }, cause);
}
