import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ShopAnswer } from '../demo/shop-session.ts';
import {
  type EndedProcess,
  printedMatch,
  readReadyFile,
  type ReadyFile,
  type RunningProcess,
  startProcess,
  waitUntilReady,
} from '../demo/start-process.ts';
import type { Paint } from './context.ts';

export interface StageOptions {
  /** Where the demo's cassette and runs are kept. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly paint: Paint;
  readonly print: (text: string) => Promise<void>;
}

export interface Claim {
  /** What the story says. */
  readonly claim: string;
  /** Whether that is so. */
  readonly holds: boolean;
  /** What is known when it is not. */
  readonly otherwise: string;
}

export interface Shop extends RunningProcess {
  readonly url: string;
}

/** The program file beside this one: `.ts` when run from source, `.js` when built. */
function programFile(name: string): string {
  return fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? `${name}.ts` : `${name}.js`, import.meta.url));
}

/**
 * Where the demo plays: the real programs as child processes, each command shown as a person would type it, and the
 * story told in numbered steps. Whatever was started is stopped by `clear`.
 */
export class DemoStage {
  readonly paint: Paint;
  readonly folder: string;
  readonly #options: StageOptions;
  readonly #running = new Set<RunningProcess>();
  #hasFailed = false;
  #stepNumber = 0;
  #readyFiles = 0;

  constructor(options: StageOptions) {
    this.#options = options;
    this.paint = options.paint;
    this.folder = options.folder;
    mkdirSync(options.folder, { recursive: true });
  }

  say(line = ''): Promise<void> {
    return this.#options.print(line === '' ? '\n' : `     ${line}\n`);
  }

  title(text: string, detail: string): Promise<void> {
    return this.#options.print(`\n  ${this.paint('bold', text)}\n  ${this.paint('dim', detail)}\n`);
  }

  step(title: string): Promise<void> {
    this.#stepNumber += 1;
    const number = this.paint(['bold', 'cyan'], String(this.#stepNumber));
    return this.#options.print(`\n  ${number}  ${this.paint('bold', title)}\n`);
  }

  command(text: string): Promise<void> {
    return this.say(`${this.paint('dim', '$')} ${this.paint('cyan', text)}`);
  }

  /** Tells how a step came out. What went wrong is told too, and the whole demo has failed then. */
  async check({ claim, holds, otherwise }: Claim): Promise<void> {
    await this.say(holds ? `${this.paint('green', '✓')} ${claim}` : `${this.paint('red', '✗ expected:')} ${claim}`);
    if (holds) return;
    this.#hasFailed = true;
    for (const detail of otherwise.trimEnd().split('\n')) await this.say(this.paint('dim', `  ${detail}`));
  }

  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Starts the example shop on a free port. */
  async startShop(version: 1 | 2): Promise<Shop> {
    const args = [
      '--disable-warning=ExperimentalWarning',
      programFile('../demo/run-shop'),
      '--version',
      String(version),
    ];
    const shop = this.#start(args);
    const url = await waitUntilReady(shop, () => printedMatch(shop, / at (http:\S+)/));
    return { ...shop, url };
  }

  /** Starts `retake …` and waits for what it writes once it listens. */
  async startRetake(args: readonly string[]): Promise<RunningProcess & { readonly ready: ReadyFile }> {
    this.#readyFiles += 1;
    const file = path.join(this.folder, `.ready-${this.#readyFiles}.json`);
    const retake = this.#start([programFile('main'), ...args, '--port', '0', '--ready-file', file]);
    const ready = await waitUntilReady(retake, () => readReadyFile(file));
    return { ...retake, ready };
  }

  /** Runs `retake …` to its end. */
  runRetake(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<EndedProcess> {
    return this.#start([programFile('main'), ...args], env).ended;
  }

  /** Sends the example customer to a shop. Throws with her complaint when she could not do what she came for. */
  async visit(
    url: string,
    name: string,
  ): Promise<{ readonly lines: readonly string[]; readonly answers: ShopAnswer[] }> {
    const file = path.join(this.folder, `${name}.json`);
    const ended = await this.#start([programFile('../demo/run-customer'), url, '--answers', file]).ended;
    if (ended.code !== 0) throw new Error(ended.stderr.trim());
    const answers = JSON.parse(readFileSync(file, 'utf8')) as (Omit<ShopAnswer, 'body'> & { body: string })[];
    return {
      lines: ended.stdout.trimEnd().split('\n'),
      answers: answers.map((answer) => ({ ...answer, body: Buffer.from(answer.body, 'base64') })),
    };
  }

  /** Starts `retake ui`. */
  async startReview(env: NodeJS.ProcessEnv): Promise<{ readonly url: string; readonly token: string }> {
    const running = this.#start([programFile('main'), 'ui', '--json'], env);
    const line = await waitUntilReady(running, () => printedMatch(running, /^(\{.*\})$/m));
    return JSON.parse(line) as { readonly url: string; readonly token: string };
  }

  /** Stops everything that still runs. */
  async clear(): Promise<void> {
    await Promise.all([...this.#running].map((running) => running.stop()));
  }

  #start(args: readonly string[], env: NodeJS.ProcessEnv = {}): RunningProcess {
    const running = startProcess({
      command: process.execPath,
      args,
      cwd: this.folder,
      env: { ...this.#options.env, ...env },
    });
    this.#running.add(running);
    const forget = (): void => void this.#running.delete(running);
    running.ended.then(forget, forget);
    return running;
  }
}
