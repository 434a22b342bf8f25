/**
 * Sends the example customer to a shop: `node run-customer.js URL [--answers FILE]`. Prints what she did; exit 1 when the
 * shop answered something she could not work with. `--answers` keeps every answer as JSON, bodies in base64.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runShopSession } from './shop-session.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { answers: { type: 'string' } } });
const say = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  const answers = await runShopSession({ baseUrl: positionals[0] ?? 'http://127.0.0.1:4600', onStep: say });
  if (values.answers !== undefined) {
    const kept = answers.map((answer) => ({ ...answer, body: answer.body.toString('base64') }));
    writeFileSync(values.answers, JSON.stringify(kept));
  }
} catch (problem) {
  const cause = problem instanceof Error && problem.cause instanceof Error ? ` (${problem.cause.message})` : '';
  process.stderr.write(`error: ${problem instanceof Error ? problem.message : String(problem)}${cause}\n`);
  process.exitCode = 1;
}
