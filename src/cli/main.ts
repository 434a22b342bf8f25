#!/usr/bin/env node
// Nothing native may load before this check: better-sqlite3 ends the process on an older Node without a word.
import { AppError } from '../base/errors.ts';

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

if (isSupported(process.versions.node)) {
  const { runCli } = await import('./program.ts');
  process.exitCode = await runCli(process.argv.slice(2));
} else {
  const error = new AppError('NODE_TOO_OLD', { version: process.versions.node });
  const { code, message, hint } = error;
  const text = process.argv.includes('--json')
    ? JSON.stringify({ error: { code, message, hint } })
    : `retake: ${message}\n  ${hint}`;
  process.stderr.write(`${text}\n`);
  process.exitCode = error.exitCode;
}
