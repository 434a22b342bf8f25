import { formatAddress } from '../model/address.ts';
import type { OnMiss, ServedAnswer, ServedPage } from '../model/proxy-control.ts';
import type { WhyServed } from '../model/why-served.ts';
import type { MissReport } from './miss.ts';
import type { ServedHit } from './why-served.ts';

/** Answers kept for who asks what was served. */
const maxKept = 1000;

interface Kept {
  readonly at: number;
  readonly lane: string;
  readonly what: ServedHit | Missed;
}

interface Missed {
  readonly report: MissReport;
  readonly answer: OnMiss;
}

/** Puts into words why an answer was the one. */
export type Why = (hit: ServedHit, lane: string) => WhyServed;

/** The last answers of a replay. Costs an object for each; words are made when somebody asks. */
export class ServingHistory {
  /** A ring: an answer stands at its number modulo the size. */
  readonly #kept: Kept[] = [];
  readonly #now: () => number;
  #count = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The number of the answer. */
  hit(lane: string, served: ServedHit): number {
    return this.#add(lane, served);
  }

  missed(report: MissReport, answer: OnMiss): void {
    this.#add(report.lane, { report, answer });
  }

  /** At most `limit` answers from a number on, oldest first. */
  from(number: number, limit: number, why?: Why): ServedPage {
    const oldest = Math.max(0, this.#count - maxKept);
    const start = Math.max(number, oldest);
    const end = Math.min(this.#count, start + limit);
    const answers: ServedAnswer[] = [];
    for (let i = start; i < end; i += 1) answers.push(answerOf(i, this.#kept[i % maxKept]!, why));
    return { oldest, next: Math.max(start, end), answers };
  }

  /** A hit that is still known. */
  hitAt(number: number): { readonly lane: string; readonly hit: ServedHit } | undefined {
    if (number < Math.max(0, this.#count - maxKept) || number >= this.#count) return undefined;
    const { lane, what } = this.#kept[number % maxKept]!;
    return 'report' in what ? undefined : { lane, hit: what };
  }

  #add(lane: string, what: Kept['what']): number {
    this.#kept[this.#count % maxKept] = { at: this.#now(), lane, what };
    this.#count += 1;
    return this.#count - 1;
  }
}

function answerOf(number: number, { at, lane, what }: Kept, why: Why | undefined): ServedAnswer {
  if ('report' in what) {
    const { code, reason, asked } = what.report;
    const { method, target, targetName } = asked;
    return { number, at, lane, method, target, targetName, code, reason, answer: what.answer };
  }
  const { layer, exchange, relaxations } = what;
  const { request, position, targetName } = exchange;
  const address = formatAddress({ cassette: layer.cassette, session: layer.session.name, position });
  // The recorded target: what the client sent may hold a secret.
  const said = { number, at, lane, method: request.method, target: request.target, targetName, address, relaxations };
  return why ? { ...said, why: why(what, lane) } : said;
}
