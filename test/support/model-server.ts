import fc from 'fast-check';
import type { EffectFacts } from '../../src/match/effect-facts.ts';

/** A request to the model: which slots it shows, or which it raises. */
export interface ModelRoute {
  readonly method: string;
  readonly path: string;
  /** Slots of state that its answer shows; empty for writes. */
  readonly shows: readonly string[];
  /** Slots of state that it raises by one. */
  readonly raises: readonly string[];
  /** It also shows how often it was asked: it moves by itself. */
  readonly drifts?: true;
}

/** Counters by slot name. */
export type ModelState = ReadonlyMap<string, number>;

/** What the client of a recording did at once: one request, or several in parallel. */
export interface ModelStep {
  readonly routes: readonly ModelRoute[];
}

export interface ModelRecording {
  readonly facts: readonly EffectFacts[];
  readonly routes: readonly ModelRoute[];
  /** By position: what was answered. */
  readonly answers: readonly string[];
  /** By position: a read that ran beside a write that changes what it shows. */
  readonly isCloudy: readonly boolean[];
}

/**
 * A small REST interface: collections of counted items with lists and single items, sub-resources, something that
 * nothing changes, a job that goes on by itself; actions that nobody reads (`POST /checkout`) with effects anywhere;
 * and couplings: writes to one collection that change another too.
 */
export function modelRoutes({ couplings, actions }: ModelShape): readonly ModelRoute[] {
  const collections = ['orders', 'carts'];
  const routes: ModelRoute[] = [
    { method: 'GET', path: '/about', shows: ['about'], raises: [] },
    { method: 'GET', path: '/clock', shows: ['about'], raises: [], drifts: true },
    { method: 'POST', path: '/search', shows: ['about'], raises: [] },
  ];
  for (const name of collections) {
    const items = [1, 2].map((id) => `${name}/${id}`);
    const other = collections.find((one) => one !== name)!;
    const coupled = couplings.includes(name) ? [`${other}/1`] : [];
    routes.push({ method: 'GET', path: `/${name}`, shows: [name, ...items], raises: [] });
    routes.push({ method: 'POST', path: `/${name}`, shows: [], raises: [name, ...coupled] });
    for (const item of items) {
      routes.push({ method: 'GET', path: `/${item}`, shows: [item], raises: [] });
      routes.push({ method: 'PUT', path: `/${item}`, shows: [], raises: [item] });
      routes.push({ method: 'POST', path: `/${item}/payment`, shows: [], raises: [item] });
    }
  }
  for (const [i, raises] of actions.entries()) {
    routes.push({ method: 'POST', path: `/action${'ab'[i] ?? 'c'}`, shows: [], raises });
  }
  return routes;
}

export interface ModelShape {
  readonly couplings: readonly string[];
  readonly actions: readonly (readonly string[])[];
}

const slots = ['orders', 'orders/1', 'orders/2', 'carts', 'carts/1', 'carts/2'];

export const modelShapes: fc.Arbitrary<ModelShape> = fc.record({
  couplings: fc.subarray(['orders', 'carts']),
  actions: fc.array(fc.subarray(slots), { maxLength: 2 }),
});

export function isModelWrite({ method, path }: ModelRoute): boolean {
  return method !== 'GET' && path !== '/search';
}

export function raised(state: ModelState, { raises }: ModelRoute): ModelState {
  const next = new Map(state);
  for (const slot of raises) next.set(slot, (next.get(slot) ?? 0) + 1);
  return next;
}

export function shown(state: ModelState, { shows }: ModelRoute): string {
  return shows.map((slot) => `${slot}=${state.get(slot) ?? 0}`).join(' ');
}

export function keyOf({ method, path }: ModelRoute): string {
  return `${method} ${path}`;
}

/** Milliseconds that a step takes; parallel requests of it overlap by nearly all of that. */
const stepMs = 100;

/** Plays the steps; parallel requests arrive in their order and are worked on in the order that `pick` gives. */
export function recordModel(
  steps: readonly { readonly routes: readonly ModelRoute[]; readonly workedOn: readonly number[] }[],
): ModelRecording {
  const facts: EffectFacts[] = [];
  const routes: ModelRoute[] = [];
  const answers: string[] = [];
  const isCloudy: boolean[] = [];
  let state: ModelState = new Map();
  let asked = 0;
  steps.forEach((step, stepIndex) => {
    const base = facts.length;
    const said: string[] = [];
    for (const i of step.workedOn) {
      const route = step.routes[i]!;
      state = raised(state, route);
      said[i] = isModelWrite(route) ? 'done' : shown(state, route) + (route.drifts ? ` at ${(asked += 1)}` : '');
    }
    step.routes.forEach((route, i) => {
      const { method, path } = route;
      facts.push({
        position: base + i,
        startedAt: stepIndex * stepMs * 2 + i * 2,
        endedAt: stepIndex * stepMs * 2 + stepMs + i * 2,
        targetName: 'default',
        method,
        path,
        requestKey: keyOf(route),
        status: 200,
        responseDigest: said[i]!,
      });
      routes.push(route);
      answers.push(said[i]!);
      const beside = step.routes.some((other, j) => j !== i && other.raises.some((slot) => route.shows.includes(slot)));
      isCloudy.push(beside);
    });
  });
  return { facts, routes, answers, isCloudy };
}
