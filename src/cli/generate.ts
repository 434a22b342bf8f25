import { existsSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../base/errors.ts';
import type { Register } from './command.ts';
import { cassettePath } from './context.ts';

interface GenerateOptions {
  readonly session?: string;
  readonly out?: string;
  readonly force?: true;
}

export const generate: Register = (define) => {
  const { command, run } = define('generate <kind> <cassette>', 'turn a session into a test file; kind: vitest');
  command
    .option('--session <name>', 'session to take (default: the newest)')
    .option('--out <file>', 'write this file (default: print it)')
    .option('--force', 'replace the file if it exists');
  run(async (context, options, [kind, cassette]) => {
    const { session, out, force } = options as GenerateOptions;
    if (kind !== 'vitest') {
      throw new AppError('USAGE', { problem: `cannot generate "${kind}"`, hint: 'known kinds: vitest' });
    }
    const file = out === undefined ? undefined : path.resolve(context.cwd, out);
    if (file !== undefined && existsSync(file) && !force) {
      throw new AppError('USAGE', { problem: `${file} exists already`, hint: 'name another --out, or add --force' });
    }
    const { vitestFile } = await import('./vitest-file.ts');
    const text = vitestFile({
      cassettePath: cassettePath(context.cwd, cassette!),
      ...(session === undefined ? {} : { session }),
      folder: file === undefined ? context.cwd : path.dirname(file),
    });
    if (file !== undefined) {
      const { writeFile } = await import('../base/write-file.ts');
      writeFile(file, text);
    }
    if (context.json) {
      const document = { schema: 'retake.generate/1', kind, file: file ?? null, text };
      await context.print(`${JSON.stringify(document, undefined, 2)}\n`);
    } else if (file === undefined) await context.print(text);
    else {
      context.log.info(`wrote ${file}; run it: RETAKE_TARGET=http://127.0.0.1:3000 npx vitest run ${out}`);
    }
    return 0;
  });
};
