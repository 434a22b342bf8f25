import type { Step } from './plan.ts';

type Timed = Pick<Step, 'position' | 'pace' | 'startedAt' | 'endedAt'>;

/** Where one step of a run stands. */
interface Course {
  readonly step: Timed;
  isSent: boolean;
  /** What was recorded of it before this moment has happened again. */
  reachedAt: number;
}

/**
 * Beginnings are stored in whole milliseconds, so that moments of two exchanges that are closer than this may have been
 * in either order.
 */
const grainMs = 2;
/** What may have been before is waited for this long: a client mostly does one thing after the other. */
const doubtMs = 500;

/**
 * Keeps streams and conversations in step with the requests beside them, by the moments of the recording (ms since the
 * epoch): a chat message may be the answer to a request, and a request the answer to a chat message. What comes late is
 * nobody's concern here: whoever waits for a server bounds that itself, so that nothing here waits for ever.
 */
export class Timeline {
  readonly #courses: ReadonlyMap<number, Course>;
  /** In the order of their beginning. */
  readonly #alone: readonly Course[];
  readonly #beside: readonly Course[];
  /** How many of those alone are over, from the first one on: a session has many. */
  #over = 0;
  #waiting: { readonly isDue: () => boolean; readonly resolve: () => void }[] = [];
  #isStopped = false;

  constructor(steps: readonly Timed[]) {
    const courses = steps.map((step): Course => ({ step, isSent: false, reachedAt: step.startedAt }));
    this.#courses = new Map(courses.map((course) => [course.step.position, course]));
    this.#alone = courses.filter(({ step }) => step.pace === 'alone');
    this.#beside = courses.filter(({ step }) => step.pace === 'beside');
  }

  sent(position: number): void {
    this.#courses.get(position)!.isSent = true;
    this.#settle();
  }

  /** All that was recorded of a step before this moment has happened. */
  reached(position: number, atMs: number): void {
    const course = this.#courses.get(position)!;
    course.reachedAt = Math.max(course.reachedAt, atMs);
    this.#settle();
  }

  ended(position: number): void {
    this.reached(position, Infinity);
  }

  /** Waits until every stream beside has come as far as it had at this moment. */
  async besides(atMs: number): Promise<void> {
    await this.#when(() => this.#haveBesides(atMs - grainMs));
    await this.#when(() => this.#haveBesides(atMs), doubtMs);
  }

  /**
   * Waits for the streams beside, and until all that had begun by this moment was sent and all that had ended is over;
   * `position` is the stream that asks.
   */
  async others(atMs: number, position: number): Promise<void> {
    const certainMs = atMs - grainMs;
    await this.#when(() => this.#haveBesides(certainMs, position) && this.#haveAlone(certainMs));
    await this.#when(() => this.#haveAlone(atMs), doubtMs);
  }

  /** The run is over: nobody waits any more. */
  stop(): void {
    this.#isStopped = true;
    this.#settle();
  }

  #haveBesides(atMs: number, position?: number): boolean {
    return this.#beside.every(
      ({ step, reachedAt }) => step.position === position || step.startedAt >= atMs || reachedAt >= atMs,
    );
  }

  #haveAlone(atMs: number): boolean {
    while (this.#alone[this.#over]?.reachedAt === Infinity) this.#over += 1;
    for (let index = this.#over; index < this.#alone.length; index += 1) {
      const { step, isSent, reachedAt } = this.#alone[index]!;
      if (step.startedAt >= atMs) return true;
      if (!isSent || (step.endedAt <= atMs && reachedAt !== Infinity)) return false;
    }
    return true;
  }

  /** At most so long, if that is limited. */
  #when(isMet: () => boolean, limitMs?: number): Promise<void> {
    const isDue = (): boolean => this.#isStopped || isMet();
    if (isDue()) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = { isDue, resolve };
    this.#waiting.push(waiting);
    const giveUp = (): void => {
      this.#waiting = this.#waiting.filter((one) => one !== waiting);
      resolve();
    };
    const timer = limitMs === undefined ? undefined : setTimeout(giveUp, limitMs);
    return promise.finally(() => clearTimeout(timer));
  }

  #settle(): void {
    const due = this.#waiting.filter(({ isDue }) => isDue());
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    for (const { resolve } of due) resolve();
  }
}
