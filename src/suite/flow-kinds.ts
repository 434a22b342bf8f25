import { kindsIdentifiedIn, kindsOfFlow } from '../correlate/value-kinds.ts';
import type { ValueFlow } from '../model/flow.ts';
import type { Step } from './plan.ts';

/** What kinds of things the values of a session's flows identify, by where they are issued and used. */
export class FlowKinds {
  readonly #steps: ReadonlyMap<number, Pick<Step, 'target' | 'flows'>>;

  constructor(steps: readonly Pick<Step, 'position' | 'target' | 'flows'>[]) {
    this.#steps = new Map(steps.map((step) => [step.position, step]));
  }

  of(flow: ValueFlow): readonly string[] {
    const targetAt = (position: number): string => this.#steps.get(position)?.target ?? '';
    return kindsOfFlow(flow, { from: targetAt(flow.from), to: targetAt(flow.to) });
  }

  /** All kinds of things that the session identifies by name. */
  *known(): IterableIterator<string> {
    for (const { target, flows } of this.#steps.values()) {
      yield* kindsIdentifiedIn(target);
      for (const flow of flows) yield* this.of(flow);
    }
  }
}
