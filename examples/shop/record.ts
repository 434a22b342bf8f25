/** Records the example customer's visit into cassettes/shop.cassette, in place of the one there. Needs `npm run build`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runShopSession } from '../../src/demo/shop-session.ts';
import {
  printedMatch,
  readReadyFile,
  type RunningProcess,
  startProcess,
  waitUntilReady,
} from '../../src/demo/start-process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'retake-record-'));
const readyFile = path.join(folder, 'ready.json');
const running: RunningProcess[] = [];

function start(...args: string[]): RunningProcess {
  const started = startProcess({ command: process.execPath, args, cwd: root });
  running.push(started);
  return started;
}

try {
  const shop = start('examples/shop/server.ts', '--port', '4600');
  const target = await waitUntilReady(shop, () => printedMatch(shop, / at (http:\S+)/));
  const how = [
    '--cassette',
    'shop',
    '--session',
    'visit',
    '--mode',
    'rewrite',
    '--port',
    '0',
    '--ready-file',
    readyFile,
  ];
  const recorder = start('dist/cli/main.js', 'record', '--target', target, ...how);
  const { listeners } = await waitUntilReady(recorder, () => readReadyFile(readyFile));
  await runShopSession({ baseUrl: listeners[0]!.url, onStep: (line) => console.log(line) });
  const { code, stderr } = await recorder.stop('SIGINT');
  if (code !== 0) throw new Error(`retake record ended with ${code}: ${stderr}`);
  console.log('recorded into cassettes/shop.cassette');
} finally {
  await Promise.all(running.map((started) => started.stop()));
  rmSync(folder, { recursive: true });
}
