import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candidate } from '../../src/match/candidate-groups.ts';
import { type Choice, choose } from '../../src/match/choose.ts';
import { Lane } from '../../src/match/lane.ts';
import { learnEffects } from '../../src/match/learn-effects.ts';
import {
  isModelWrite,
  keyOf,
  type ModelRecording,
  modelRoutes,
  type ModelRoute,
  modelShapes,
  type ModelState,
  raised,
  recordModel,
  shown,
} from '../support/model-server.ts';

class Replayed {
  readonly #lane = new Lane();
  readonly #byKey: Map<string, Candidate[]>;

  constructor({ facts }: ModelRecording) {
    const learned = learnEffects(facts);
    const candidates = facts.map(({ position, requestKey }) => ({
      key: requestKey,
      position,
      epoch: -1,
      slots: [],
      servable: true,
      ...learned.facts.get(position)!,
    }));
    this.#byKey = Map.groupBy(candidates, ({ key }) => key);
  }

  ask(route: ModelRoute): Choice<Candidate> {
    const key = keyOf(route);
    return choose(this.#lane, this.#byKey.get(key) ?? [], { key, method: route.method, sequence: 'epoch', slots: [] });
  }
}

/** Effects that the recording cannot tell of: neither related nor seen to change what was read. */
function isTold(recording: ModelRecording, { write, read }: { write: ModelRoute; read: ModelRoute }): boolean {
  const [from, to] = [write.path.split('/')[1], read.path.split('/')[1]];
  if (from === to || !['orders', 'carts'].includes(from!)) return true;
  // The kind of the write alone between two reads of the same.
  let earlier: number | undefined;
  return recording.routes.some((route, position) => {
    if (route !== read) return false;
    const since = earlier;
    earlier = position;
    if (since === undefined) return false;
    const between = recording.routes.slice(since + 1, position).filter(isModelWrite);
    return (
      between.length > 0 &&
      between.every((one) => one === write) &&
      !recording.isCloudy[position] &&
      !recording.isCloudy[since]
    );
  });
}

/**
 * What a lane would be shown if no write after the recording counted of which the recording only says that it might
 * change such reads: those are let pass, without another recording to give.
 */
function shownWithoutDoubtful(
  recording: ModelRecording,
  { made, read, position }: { made: readonly ModelRoute[]; read: ModelRoute; position: number },
): string {
  const taken = new Map<ModelRoute, number>();
  const counting = made.filter((write) => {
    const times = taken.get(write) ?? 0;
    taken.set(write, times + 1);
    const at = recording.routes.flatMap((route, i) => (route === write ? [i] : []))[times]!;
    return at < position || isAbout(write, read);
  });
  return shown(counting.reduce(raised, new Map()), read);
}

/** The same thing, above it or below it. */
function isAbout(write: ModelRoute, read: ModelRoute): boolean {
  const isIn = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}/`);
  return isIn(write.path, read.path) || (isIn(read.path, write.path) && write.method !== 'POST');
}

const scenario = modelShapes.chain((shape) => {
  const routes = modelRoutes(shape);
  const one = fc.constantFrom(...routes).map((route) => [route]);
  const several = fc.array(fc.constantFrom(...routes), { minLength: 2, maxLength: 3 });
  const step = fc.oneof({ weight: 5, arbitrary: one }, { weight: 1, arbitrary: several });
  return fc.record({
    steps: fc.array(step, { minLength: 1, maxLength: 25 }),
    seeds: fc.array(fc.nat(), { minLength: 25, maxLength: 25 }),
    asked: fc.array(
      fc.record({ read: fc.constantFrom(...routes.filter((route) => !isModelWrite(route))), at: fc.nat(30) }),
      {
        maxLength: 30,
      },
    ),
    skipped: fc.array(fc.nat(30), { maxLength: 2 }),
    swapped: fc.array(fc.nat(30), { maxLength: 2 }),
  });
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

function recordingOf({ steps, seeds }: Scenario): ModelRecording {
  return recordModel(
    steps.map((routes, i) => {
      const turn = seeds[i % seeds.length]! % routes.length;
      return { routes, workedOn: routes.map((_, j) => (j + turn) % routes.length) };
    }),
  );
}

/** What a client with its own pacing is shown of states that its writes did not lead to. */
function silentlyWrong(played: Scenario): string[] {
  const recording = recordingOf(played);
  const writes = recording.routes.filter(isModelWrite);
  const made = writes.filter((_, i) => !played.skipped.includes(i));
  for (const i of played.swapped) {
    if (i + 1 < made.length) [made[i], made[i + 1]] = [made[i + 1]!, made[i]!];
  }
  const replayed = new Replayed(recording);
  const wrong: string[] = [];
  let state: ModelState = new Map();
  for (let i = 0; i <= made.length; i++) {
    for (const { read, at } of played.asked) {
      if (at % (made.length + 1) !== i) continue;
      const choice = replayed.ask(read);
      if (choice.kind === 'miss' || choice.relaxations.length > 0 || read.drifts) continue;
      const { position } = choice.candidate;
      const affecting = writes.filter(({ raises }) => raises.some((slot) => read.shows.includes(slot)));
      if (recording.isCloudy[position] || !affecting.every((write) => isTold(recording, { write, read }))) continue;
      const right = shown(state, read);
      const served = recording.answers[position];
      if (served !== right && served !== shownWithoutDoubtful(recording, { made: made.slice(0, i), read, position }))
        wrong.push(`${keyOf(read)} after ${i} writes: ${served} of ${position}, not ${right}`);
    }
    if (i < made.length && replayed.ask(made[i]!).kind === 'hit') state = raised(state, made[i]!);
  }
  return wrong;
}

/** Where a client that asks as recorded, `more` times each, does not get what was recorded. */
function departures(recording: ModelRecording, more: number): string[] {
  const replayed = new Replayed(recording);
  const found: string[] = [];
  recording.routes.forEach((route, position) => {
    // A POST that was recorded once is a write as far as anybody can tell: it is not asked again.
    const times = route.method === 'GET' ? 1 + more : 1;
    for (let time = 0; time < times; time++) {
      const choice = replayed.ask(route);
      if (choice.kind === 'miss' || choice.relaxations.length > 0) {
        found.push(
          `${keyOf(route)} at ${position}: ${choice.kind === 'miss' ? choice.code : choice.relaxations.join()}`,
        );
        return;
      }
      const served = choice.candidate.position;
      // Beside a write either side of it is right; but the first time it is as recorded.
      const isEither = recording.isCloudy[position] || (time > 0 && recording.isCloudy[served]);
      if (isModelWrite(route) || route.drifts || isEither) continue;
      if (recording.answers[served] !== recording.answers[position]) {
        found.push(`${keyOf(route)} at ${position}, time ${time}: ${recording.answers[served]} of ${served}`);
      }
    }
  });
  return found;
}

describe('a recorded session served to a client with another pacing', () => {
  test('never shows a state that the writes of the client did not lead to, unless it says so', () => {
    fc.assert(
      fc.property(scenario, (played) => {
        expect(silentlyWrong(played)).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  test('is exact where the recording is, for those who ask as recorded and for those who ask more often', () => {
    fc.assert(
      fc.property(scenario, fc.nat(2), (played, more) => {
        expect(departures(recordingOf(played), more)).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });
});
