import { AppError } from '../../base/errors.ts';
import type { SuiteResult } from '../suite-result.ts';
import { formatTestDocument } from './json.ts';
import { formatJunit } from './junit.ts';

/** Reporters that write a file. To add one, add a file and one line. */
const fileReporters: Readonly<Record<string, (results: readonly SuiteResult[]) => string>> = {
  json: formatTestDocument,
  junit: formatJunit,
};

export interface ReporterChoice {
  /** Print the summary for people? */
  readonly summary: 'printed' | 'left out';
  readonly files: readonly { readonly path: string; readonly format: (results: readonly SuiteResult[]) => string }[];
}

/** `default,json=FILE,junit=FILE`. Throws USAGE naming the known reporters. */
export function parseReporters(text: string): ReporterChoice {
  const files: ReporterChoice['files'][number][] = [];
  let summary: ReporterChoice['summary'] = 'left out';
  for (const item of text.split(',').map((part) => part.trim())) {
    const [name = '', ...rest] = item.split('=');
    const path = rest.join('=');
    const format = Object.hasOwn(fileReporters, name) ? fileReporters[name] : undefined;
    if (name === 'default' && rest.length === 0) summary = 'printed';
    else if (format && path !== '') files.push({ path, format });
    else if (format) throw usage(`reporter ${name} needs a file`, `write --reporter ${name}=FILE`);
    else throw usage(`there is no reporter "${item}"`, `known reporters: ${known()}`);
  }
  return { summary, files };
}

const known = (): string => ['default', ...Object.keys(fileReporters).map((name) => `${name}=FILE`)].join(', ');

function usage(problem: string, hint: string): AppError {
  return new AppError('USAGE', { problem, hint });
}
