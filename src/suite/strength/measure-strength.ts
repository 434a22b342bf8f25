import { contentOf } from '../../compare/content.ts';
import type { CompareRule } from '../../model/compare-rule.ts';
import { formatAddress } from '../../model/address.ts';
import type { Session } from '../../model/session.ts';
import { isFailing } from '../../model/verdict.ts';
import type { CassetteReads } from '../../store/cassette-reads.ts';
import { planSteps, type Step } from '../plan.ts';
import { RequestTemplates } from '../request-templates.ts';
import { compareRulesOf, type JudgedResponse } from '../session-judge.ts';
import type { FailOn } from '../suite-result.ts';
import { answerWith } from './answer.ts';
import { FairChoice } from './fair-choice.ts';
import { KnownValues } from './known-values.ts';
import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutations-of.ts';
import type { StrengthResult, UnfitAnswer } from './strength-result.ts';
import { type Endpoint, endpointKey, reasonOf, StrengthTally } from './strength-tally.ts';
import { type UnchangedAnswer, UnchangedRun } from './unchanged-run.ts';

export interface StrengthOptions {
  readonly reader: CassetteReads;
  /** Short name of the cassette, for addresses. */
  readonly cassette: string;
  readonly session: Session;
  /** Rules of the project for comparing, before those of the cassette. */
  readonly compareRules: readonly CompareRule[];
  readonly failOn: FailOn;
  readonly seed: number;
  /** Wrong answers to try; of more, a fair choice. */
  readonly limit: number;
  /** So many wrong answers are about to be tried. */
  readonly onStart?: (total: number) => void;
  readonly onTried?: (judged: JudgedResponse) => void;
}

/** Every way to be wrong of hundreds of endpoints; seconds for answers of a few kilobytes. */
export const defaultLimit = 10_000;

/** The same chosen every time, unless somebody wants others. */
export const defaultSeed = 1;

/** Bytes of bodies compared in all: half a minute of large ones. */
const maxComparedBytes = 200_000_000;

/** What judging costs apart from the body, in bytes of body. */
const judgingCost = 2000;

/** Answers looked at; of more, these many at equal distances. */
const maxAnswers = 5000;

/**
 * How many wrong answers a test run would catch under today's rules: makes wrong ones of the newest baselines and judges
 * each as if a server that is otherwise unchanged had given it. Reads only, sends nothing, and comes to the same result
 * every time. CASSETTE_CORRUPT.
 */
export function measureStrength(options: StrengthOptions): StrengthResult {
  return options.reader.atOnce(() => new StrengthMeasure(options).measure());
}

class StrengthMeasure {
  readonly #options: StrengthOptions;
  readonly #skipped: ReturnType<typeof planSteps>['skipped'];
  readonly #judged: readonly Step[];
  readonly #positions: readonly number[];
  readonly #run: UnchangedRun;
  /** The same run backwards: what it has seen first stands last in the session. */
  readonly #backwards: UnchangedRun;
  readonly #templates: RequestTemplates;
  readonly #values = new KnownValues();
  readonly #tally = new StrengthTally();

  constructor(options: StrengthOptions) {
    const { reader, session, cassette, compareRules } = options;
    this.#options = options;
    const flows = reader.flows(session.id);
    const { steps, skipped } = planSteps({
      exchanges: reader.exchanges(session.id),
      flows,
      events: ({ id }) => reader.streamEvents(id),
    });
    this.#skipped = skipped;
    this.#judged = steps.filter(({ purpose }) => purpose === 'judged');
    this.#positions = spread(this.#judged).map(({ position }) => position);
    const run = { reader, session, cassette, steps, flows };
    this.#run = new UnchangedRun({ ...run, compareRules: compareRulesOf(reader, compareRules) });
    this.#backwards = new UnchangedRun({ ...run, compareRules: undefined });
    this.#templates = new RequestTemplates(reader, session);
  }

  measure(): StrengthResult {
    const { cassette, session, seed, failOn } = this.#options;
    this.#lookAtAll();
    const chosen = this.#choose();
    this.#options.onStart?.(Array.from(chosen.values()).flat().length);
    const unfit: UnfitAnswer[] = [];
    for (const position of this.#positions) {
      const problem = this.#tryAll(position, chosen.get(position) ?? []);
      if (problem) unfit.push(problem);
    }
    return {
      cassette,
      session: session.name,
      seed,
      failOn,
      answers: { looked: this.#positions.length, of: this.#judged.length },
      ...this.#tally.total(),
      kinds: this.#tally.kinds(),
      endpoints: this.#tally.endpoints(),
      unfit,
      skipped: this.#skipped.map(({ position, ...rest }) => ({ address: this.#address(position), ...rest })),
    };
  }

  #lookAtAll(): void {
    for (const position of this.#positions.toReversed()) {
      const answer = this.#backwards.answer(position);
      if (!answer) continue;
      this.#backwards.begin(answer);
      this.#backwards.judge(answer, answerWith(answer));
      const content = answer.body && contentOf(answer.facts.headers, answer.body);
      if (content?.kind === 'json') this.#values.add(content.value);
    }
  }

  #choose(): ReadonlyMap<number, readonly number[]> {
    const choice = new FairChoice(this.#options.seed);
    const costs = new Map<number, number>();
    for (const position of this.#positions) {
      const answer = this.#run.answer(position);
      if (!answer) continue;
      costs.set(position, answer.facts.body.sizeBytes + judgingCost);
      const endpoint = this.#endpoint(answer);
      const key = endpointKey(endpoint);
      let index = 0;
      for (const mutation of this.#mutations(answer)) {
        const { kind, pattern } = mutation;
        this.#tally.addPossible(endpoint, mutation);
        choice.add({ group: `${kind} ${key}`, pattern, position, index: index++ });
      }
    }
    return choice.choose({
      offers: this.#options.limit,
      cost: maxComparedBytes,
      costOf: (position) => costs.get(position)!,
    });
  }

  /** Tries what was chosen of one answer, then goes on with the answer itself. */
  #tryAll(position: number, indexes: readonly number[]): UnfitAnswer | undefined {
    const answer = this.#run.answer(position);
    if (!answer) return undefined;
    this.#run.begin(answer);
    const { verdict, differences } = this.#run.tryOut(answer, answerWith(answer));
    if (verdict === 'same') {
      for (const mutation of this.#chosen(answer, indexes)) this.#try(answer, mutation);
    }
    this.#run.judge(answer, answerWith(answer));
    if (verdict === 'same') return undefined;
    const { method, target } = answer.exchange.request;
    return { address: this.#address(position), method, target, verdict, differences };
  }

  /** Those of the answer with these numbers, in rising order. */
  *#chosen(answer: UnchangedAnswer, indexes: readonly number[]): Generator<Mutation> {
    let [number, next] = [0, 0];
    if (indexes.length === 0) return;
    for (const mutation of this.#mutations(answer)) {
      if (number++ !== indexes[next]) continue;
      yield mutation;
      next += 1;
      if (next === indexes.length) return;
    }
  }

  #try(answer: UnchangedAnswer, mutation: Mutation): void {
    const judged = this.#run.tryOut(answer, mutation.apply());
    const endpoint = this.#endpoint(answer);
    const { position } = answer.exchange;
    const isCaught =
      isFailing(judged.verdict, this.#options.failOn === 'added') || this.#isContradictedLater(judged, position);
    if (isCaught) this.#tally.addCaught(endpoint, mutation);
    else this.#tally.addSurvivor(endpoint, mutation, { address: this.#address(position), reason: reasonOf(judged) });
    this.#options.onTried?.(judged);
  }

  /** A value that was taken for another's new name, but a later answer has one of the two: there the run would fail. */
  #isContradictedLater({ renames }: JudgedResponse, position: number): boolean {
    const isLater = (value: string): boolean => (this.#backwards.firstSeen(value) ?? -1) > position;
    return renames.some(([baseline, fresh]) => isLater(baseline) || isLater(fresh));
  }

  #mutations(answer: UnchangedAnswer): Generator<Mutation> {
    const another = this.#values.another.bind(this.#values);
    return mutationsOf(answer, { another, givenMs: answer.baseline.capturedAt });
  }

  #endpoint({ exchange }: UnchangedAnswer): Endpoint {
    const { request, targetName } = exchange;
    const server = this.#options.session.targets.length > 1 ? { server: targetName } : {};
    return { ...server, method: request.method, template: this.#templates.of(exchange) };
  }

  #address(position: number): string {
    const { cassette, session } = this.#options;
    return formatAddress({ cassette, session: session.name, position });
  }
}

function spread<T>(all: readonly T[]): readonly T[] {
  if (all.length <= maxAnswers) return all;
  const step = all.length / maxAnswers;
  return Array.from({ length: maxAnswers }, (_, index) => all[Math.floor(index * step)]!);
}
