import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Recorded } from './replayable.ts';

const kinds = ['put', 'read', 'remove', 'order', 'readOrder', 'event', 'log', 'list', 'bump'] as const;

/** A request of a client to a little server with state. `thing` is a number until it gets its name. */
export interface PlayStep {
  readonly kind: (typeof kinds)[number];
  readonly thing: number;
  readonly text: number;
}

export const playSteps: fc.Arbitrary<readonly PlayStep[]> = fc.array(
  fc.record({ kind: fc.constantFrom(...kinds), thing: fc.nat(3), text: fc.nat(1) }),
  { minLength: 1, maxLength: 18 },
);

/** Values that the client makes up: documents are UUIDs, events ULIDs, logs are asked for by a time. */
export interface Naming {
  readonly doc: (thing: number) => string;
  readonly event: (thing: number) => string;
  readonly time: (thing: number) => string;
}

export function namingOf(seed: string, nowMs: number): Naming {
  return {
    doc: (n) => uuidOf(`${seed} ${n}`),
    event: (n) => ulidOf(`${seed} ${n}`, nowMs),
    time: (n) => `${nowMs + n}`,
  };
}

export function uuidOf(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function ulidOf(seed: string, atMs: number): string {
  let time = '';
  for (let left = atMs, i = 0; i < 10; i++, left = Math.floor(left / 32)) time = crockford[left % 32]! + time;
  const bytes = createHash('sha256').update(seed).digest().subarray(0, 16);
  return time + Array.from(bytes, (byte) => crockford[byte % 32]).join('');
}

/** Orders get their names from the server: the same at every recording, and unknown to the client before. */
const orderId = (number: number): string => uuidOf(`order ${number}`);

export interface PlayRequest {
  readonly method: string;
  readonly target: string;
  readonly body?: string;
}

/** The number of the order that a step means: of those made before it. */
export function ordersBefore(steps: readonly PlayStep[], index: number): number {
  return steps.slice(0, index).filter(({ kind }) => kind === 'order').length;
}

export function requestOf(step: PlayStep, naming: Naming, orders: number): PlayRequest {
  const { kind } = step;
  switch (kind) {
    case 'put':
      return { method: 'PUT', target: `/docs/${naming.doc(step.thing)}`, body: `{"title":"t${step.text}"}` };
    case 'read':
      return { method: 'GET', target: `/docs/${naming.doc(step.thing)}` };
    case 'remove':
      return { method: 'DELETE', target: `/docs/${naming.doc(step.thing)}` };
    case 'order':
      return { method: 'POST', target: '/orders', body: `{"n":${step.text}}` };
    case 'readOrder':
      return { method: 'GET', target: `/orders/${orders === 0 ? 'none' : orderId(step.thing % orders)}` };
    case 'event':
      return { method: 'POST', target: '/events', body: `{"id":"${naming.event(step.thing)}","n":${step.text}}` };
    case 'log':
      return { method: 'GET', target: `/log?since=${naming.time(step.thing)}&page=${step.text}` };
    case 'list':
      return { method: 'GET', target: '/docs' };
    case 'bump':
      return { method: 'POST', target: '/bump', body: '{}' };
    default:
      return kind satisfies never;
  }
}

/** What the server says, step after step. */
export function recordPlay(steps: readonly PlayStep[], naming: Naming): Recorded[] {
  const docs = new Map<number, string>();
  let orders = 0;
  let bumps = 0;
  return steps.map((step, i) => {
    const { method, target, body } = requestOf(step, naming, orders);
    const { kind } = step;
    const answer = ((): string => {
      switch (kind) {
        case 'put':
          docs.set(step.thing, `t${step.text} at ${i}`);
          return `{"id":"${naming.doc(step.thing)}","version":${i}}`;
        case 'read':
          return `doc ${step.thing} ${docs.get(step.thing) ?? 'is not there'}`;
        case 'remove':
          docs.delete(step.thing);
          return `removed ${step.thing}`;
        case 'order':
          orders += 1;
          return `{"order":"${orderId(orders - 1)}"}`;
        case 'readOrder':
          return `order ${orders === 0 ? 'none' : step.thing % orders}`;
        case 'event':
          return `event ${step.thing} ${step.text} ${i}`;
        case 'log':
          return `log since ${step.thing} page ${step.text}`;
        case 'list':
          return `docs ${Array.from(docs, ([thing, text]) => `${thing}: ${text}`).join()}`;
        case 'bump':
          bumps += 1;
          return `bump ${bumps}`;
        default:
          return kind satisfies never;
      }
    })();
    const headers =
      body === undefined ? ['Host', 'shop.test'] : ['Host', 'shop.test', 'Content-Type', 'application/json'];
    return { method, target, headers, answer, durationMs: 1, ...(body === undefined ? {} : { body }) };
  });
}

/** Must `later` stay behind `earlier`? They are about one thing and one of them writes, or nothing tells them apart. */
export function dependsOn(later: PlayStep, earlier: PlayStep): boolean {
  const docKinds = ['put', 'read', 'remove', 'list'];
  if (docKinds.includes(later.kind) && docKinds.includes(earlier.kind)) {
    const isSame = later.thing === earlier.thing || later.kind === 'list' || earlier.kind === 'list';
    const writes = (step: PlayStep): boolean => step.kind === 'put' || step.kind === 'remove';
    // Writes of one shape are taken in the order of the recording.
    if (later.kind === earlier.kind && writes(later))
      return later.kind === 'remove' || later.text === earlier.text || isSame;
    return isSame && (writes(later) || writes(earlier));
  }
  const orderKinds = ['order', 'readOrder'];
  if (orderKinds.includes(later.kind) && orderKinds.includes(earlier.kind)) {
    return later.kind === 'order' || earlier.kind === 'order';
  }
  if (later.kind === 'event' && earlier.kind === 'event') return true;
  return later.kind === 'bump' && earlier.kind === 'bump';
}

/** An order of the steps in which each stays behind those it depends on; `picks` decides where it may. */
export function reordered(steps: readonly PlayStep[], picks: readonly number[]): number[] {
  const left = steps.map((_, i) => i);
  const order: number[] = [];
  while (left.length > 0) {
    const free = left.filter((i) => !left.some((j) => j < i && dependsOn(steps[i]!, steps[j]!)));
    const next = free[picks[order.length % picks.length]! % free.length]!;
    order.push(next);
    left.splice(left.indexOf(next), 1);
  }
  return order;
}
