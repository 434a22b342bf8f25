import { formatAddress } from '../model/address.ts';
import type { OnMiss, ServedAnswer, ServedPage } from '../model/proxy-control.ts';
import type { MissReport } from './miss.ts';
import type { Hit } from './replay-found.ts';

/** Answers kept for who asks what was served. */
const maxKept = 1000;

interface Kept {
  readonly at: number;
  readonly lane: string;
  readonly what: ServedHit | Missed;
}

/** Not the recording, which holds bodies. */
interface ServedHit extends Pick<Hit, 'layer' | 'relaxations'> {
  readonly exchange: Hit['recording']['exchange'];
}

interface Missed {
  readonly report: MissReport;
  readonly answer: OnMiss;
}

/** The last answers of a replay. Costs an object for each; words are made when somebody asks. */
export class ServingHistory {
  /** A ring: an answer stands at its number modulo the size. */
  readonly #kept: Kept[] = [];
  readonly #now: () => number;
  #count = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  hit(lane: string, { layer, recording, relaxations }: Pick<Hit, 'layer' | 'recording' | 'relaxations'>): void {
    this.#add(lane, { layer, exchange: recording.exchange, relaxations });
  }

  missed(report: MissReport, answer: OnMiss): void {
    this.#add(report.lane, { report, answer });
  }

  /** At most `limit` answers from a number on, oldest first. */
  from(number: number, limit: number): ServedPage {
    const oldest = Math.max(0, this.#count - maxKept);
    const start = Math.max(number, oldest);
    const end = Math.min(this.#count, start + limit);
    const answers: ServedAnswer[] = [];
    for (let i = start; i < end; i += 1) answers.push(answerOf(i, this.#kept[i % maxKept]!));
    return { oldest, next: Math.max(start, end), answers };
  }

  #add(lane: string, what: Kept['what']): void {
    this.#kept[this.#count % maxKept] = { at: this.#now(), lane, what };
    this.#count += 1;
  }
}

function answerOf(number: number, { at, lane, what }: Kept): ServedAnswer {
  if ('report' in what) {
    const { code, reason, asked } = what.report;
    const { method, target, targetName } = asked;
    return { number, at, lane, method, target, targetName, code, reason, answer: what.answer };
  }
  const { layer, exchange, relaxations } = what;
  const { request, position, targetName } = exchange;
  const address = formatAddress({ cassette: layer.cassette, session: layer.session.name, position });
  // The recorded target: what the client sent may hold a secret.
  return { number, at, lane, method: request.method, target: request.target, targetName, address, relaxations };
}
