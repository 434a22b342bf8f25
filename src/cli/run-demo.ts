import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isatty } from 'node:tty';
import { styleText } from 'node:util';
import { AppError, type ExitCode } from '../base/errors.ts';
import { compareAnswers, issuedSecrets } from '../demo/compare-answers.ts';
import { demoCustomer, type ShopAnswer } from '../demo/shop-session.ts';
import type { TestDocument } from '../suite/reporters/json.ts';
import { formatSize } from '../views/quantities.ts';
import type { Context, Paint } from './context.ts';
import { DemoStage, type Shop } from './demo-stage.ts';
import { onStopSignal } from './signals.ts';
import { openBrowser } from './ui.ts';

export interface DemoOptions {
  readonly open: boolean;
  readonly exit?: true;
  readonly folder?: string;
  readonly color?: boolean;
}

/**
 * Plays the demo with the real programs in a folder of its own and tells what happens. Returns 0 when everything went
 * as the story says, 1 when something did not, 130 when it was interrupted on the way.
 */
export async function runDemo(context: Context, options: DemoOptions): Promise<ExitCode> {
  const startedAt = performance.now();
  const isTemporary = options.folder === undefined;
  const folder = options.folder === undefined ? makeTemporaryFolder() : path.resolve(context.cwd, options.folder);
  const color = options.color ?? (context.color && isatty(1));
  const paint: Paint = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
  const stage = new DemoStage({ folder, paint, print: context.print, env: context.env });
  const signals = onStopSignal();
  try {
    const story = tellStory(stage, color ? ['--color'] : []);
    // When a signal wins the race, the programs are stopped under the story's feet; how it ends then is of no interest.
    story.catch(() => {});
    const reviewUrl = await Promise.race([story, signals.stopped.then(() => undefined)]);
    if (reviewUrl === undefined) return 130;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    await stage.say();
    await stage.say(`That was everything, with the real programs, in ${seconds} s. On your own server:`);
    await stage.command('retake record --target http://127.0.0.1:3000 --cassette mine');
    if (!options.exit) {
      if (options.open && isatty(1)) openBrowser(reviewUrl);
      await stage.say(paint('dim', 'The page stays open until you press Ctrl+C.'));
      await signals.stopped;
    }
    return stage.hasFailed ? 1 : 0;
  } finally {
    signals.dispose();
    await stage.clear();
    if (isTemporary) rmSync(folder, { recursive: true, force: true });
  }
}

function makeTemporaryFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'retake-demo-'));
}

/** The whole story; returns the URL of the page on which it ends. */
async function tellStory(stage: DemoStage, colorFlags: readonly string[]): Promise<string> {
  await stage.title('Retake: record real traffic, replay it offline, review what changed', `in ${stage.folder}`);
  const { shop, answers } = await recordVisit(stage);
  await shop.stop();
  await replayVisit(stage, shop.url, answers);
  await testVersion1(stage);
  await testVersion2(stage, colorFlags);
  return openReview(stage);
}

async function recordVisit(
  stage: DemoStage,
): Promise<{ readonly shop: Shop; readonly answers: readonly ShopAnswer[] }> {
  await stage.step('Record a customer’s visit to a shop');
  const shop = await stage.startShop(1);
  await stage.say(`A small web shop (login, SQLite, images, gzip, events) runs at ${shop.url}`);
  await stage.command(`retake record --target ${shop.url} --cassette shop`);
  const recorder = await stage.startRetake(['record', '--target', shop.url, '--cassette', 'shop']);
  const { lines, answers } = await stage.visit(recorder.ready.listeners[0]!.url, 'recorded');
  for (const line of lines) await stage.say(stage.paint('dim', `· ${line}`));
  const { code, stderr } = await recorder.stop();
  const bytes = readFileSync(path.join(stage.folder, 'cassettes/shop.cassette'));
  await stage.check({
    claim: `${answers.length} exchanges are in cassettes/shop.cassette, one file of ${formatSize(bytes.length)}`,
    holds: code === 0,
    otherwise: stderr,
  });
  const secrets = [demoCustomer.password, ...answers.flatMap(issuedSecrets)];
  await stage.check({
    claim: 'her password, her token and her cookie are not in it: pseudonyms stand in their places',
    holds: secrets.every((secret) => !bytes.includes(secret)),
    otherwise: 'a secret was found in the file',
  });
  return { shop, answers };
}

async function replayVisit(stage: DemoStage, shopUrl: string, recorded: readonly ShopAnswer[]): Promise<void> {
  await stage.step('Replay the visit without the shop');
  await stage.check({
    claim: `nobody answers at ${shopUrl} any more`,
    holds: await isUnreachable(shopUrl),
    otherwise: 'the shop still answers',
  });
  await stage.command('retake replay shop');
  const player = await stage.startRetake(['replay', 'shop']);
  const { answers } = await stage.visit(player.ready.listeners[0]!.url, 'replayed');
  const { code, stderr } = await player.stop();
  const { identical, pseudonymous, different } = compareAnswers(recorded, answers);
  await stage.check({
    claim:
      `the same customer got the same ${answers.length} answers: ${identical} byte for byte, ` +
      `${pseudonymous} but for the pseudonyms`,
    holds: different.length === 0 && code === 0,
    otherwise: different.length > 0 ? `different: ${different.join(', ')}` : stderr,
  });
}

/** Nobody listens there. */
function isUnreachable(url: string): Promise<boolean> {
  return fetch(url).then(
    () => false,
    () => true,
  );
}

async function testVersion1(stage: DemoStage): Promise<void> {
  await stage.step('Test a freshly started shop against the recording');
  const shop = await stage.startShop(1);
  const { document, stderr } = await runTests(stage, shop.url, []);
  await shop.stop();
  const { same, equivalent } = document.counts;
  await stage.check({
    claim: `${document.checks.length} checks passed`,
    holds: document.verdict === 'passed' && same + equivalent === document.checks.length,
    otherwise: stderr,
  });
  const explained = (rule: string): number =>
    document.checks.flatMap(({ differences }) => differences).filter((difference) => difference.rule === rule).length;
  await stage.say(
    stage.paint(
      'dim',
      `explained on the way: ${explained('renaming')} new ids and tokens, ${explained('clock')} new times, ` +
        `${explained('default-header')} headers of the moment`,
    ),
  );
}

async function testVersion2(stage: DemoStage, colorFlags: readonly string[]): Promise<void> {
  await stage.step('Test version 2 of the shop');
  const shop = await stage.startShop(2);
  const { document, stdout, stderr } = await runTests(stage, shop.url, colorFlags);
  await shop.stop();
  await stage.say();
  for (const line of stdout.trimEnd().split('\n')) await stage.say(line);
  await stage.say();
  const told = document.checks
    .flatMap(({ differences }) => differences)
    .filter(({ severity }) => severity !== 'equivalent');
  const failing = told.filter(({ severity }) => severity !== 'added');
  await stage.check({
    claim: `the regression is found: orders forget the quantity (${failing.length} totals), and nothing else fails`,
    holds: failing.length > 0 && failing.every((difference) => difference.path.endsWith('/total_cents')),
    otherwise: stderr,
  });
  const additions = told.filter(({ severity }) => severity === 'added');
  await stage.check({
    claim: `the new field is seen and does no harm (${additions.length} ratings)`,
    holds: additions.length > 0 && additions.every((difference) => difference.path.endsWith('/rating')),
    otherwise: stderr,
  });
}

/** The recording holds a pseudonym of the password; a real server wants the real one. */
const customerSecret = { RETAKE_SECRET_PASSWORD: demoCustomer.password };

/** Runs the recorded requests against a shop, as a person would, and returns what `retake test` prints and reports. */
async function runTests(
  stage: DemoStage,
  url: string,
  flags: readonly string[],
): Promise<{ readonly document: TestDocument; readonly stdout: string; readonly stderr: string }> {
  await stage.command(`RETAKE_SECRET_PASSWORD=… retake test shop --target ${url}`);
  const report = path.join(stage.folder, 'report.json');
  const args = ['test', 'shop', '--target', url, '--reporter', `default,json=${report}`, ...flags];
  const { code, stdout, stderr } = await stage.runRetake(args, customerSecret);
  if (code !== 0 && code !== 1) {
    throw new AppError('INTERNAL', { problem: `retake test ended with ${code}: ${stderr}` });
  }
  return { document: JSON.parse(readFileSync(report, 'utf8')) as TestDocument, stdout, stderr };
}

async function openReview(stage: DemoStage): Promise<string> {
  await stage.step('Review what changed, in the browser');
  await stage.command('retake ui');
  const { url, token } = await stage.startReview(customerSecret);
  const page = await fetch(`${url}/review`, { headers: { Authorization: `Bearer ${token}` } });
  await stage.check({
    claim: 'the page shows baseline and fresh side by side',
    holds: page.ok && (await page.text()).includes('total_cents'),
    otherwise: `it answered ${page.status}`,
  });
  const address = `${url}/review?token=${token}`;
  await stage.say(`accept or reject each difference at ${stage.paint('underline', address)}`);
  return address;
}
