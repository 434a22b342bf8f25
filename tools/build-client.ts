/**
 * Bundles the browser modules of the review UI into `dist/ui/client`: one classic script for every page, one for the
 * shared worker, one style sheet. Run after tsc by `npm run build`.
 */
import { build } from 'esbuild';
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const source = path.join(root, 'src/ui/client');
const output = path.join(root, 'dist/ui/client');

mkdirSync(output, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ['app.ts', 'live-worker.ts', 'styles.css'].map((name) => path.join(source, name)),
  outdir: output,
  bundle: true,
  minify: true,
  format: 'iife',
  // light-dark(), nesting and SharedWorker are there since these.
  target: ['chrome123', 'firefox128', 'safari17.5'],
  legalComments: 'none',
  logLevel: 'warning',
});
copyFileSync(path.join(source, 'icon.svg'), path.join(output, 'icon.svg'));
