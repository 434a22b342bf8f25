import { carry } from '../correlate/carry.ts';
import type { ValueFlow } from '../model/flow.ts';
import { liveValue } from '../correlate/live-value.ts';
import type { PlaceMessage } from '../model/place-access.ts';
import { type SecretUse, fillSecrets } from './fill-secrets.ts';
import type { Step } from './plan.ts';

/** A request that live values can be carried into. */
export type Carrier = PlaceMessage & { readonly target: string };

export interface LiveValuesOptions {
  readonly flows: readonly ValueFlow[];
  /** Redacted request values that come from outside: pseudonym → secret, and where each goes. */
  readonly secrets: readonly {
    readonly pseudonym: string;
    readonly value: string;
    readonly uses: readonly { readonly position: number; readonly place: string }[];
  }[];
}

/**
 * The values of this run that later requests need, as the server issued them. They are secrets, possibly: they stay in
 * memory and go out in requests, nowhere else.
 */
export class LiveValues {
  /** All of the session. */
  readonly flows: readonly ValueFlow[];
  readonly #flowsFrom: ReadonlyMap<number, readonly ValueFlow[]>;
  readonly #secretUses: ReadonlyMap<number, readonly SecretUse[]>;
  readonly #values = new Map<string, string>();
  /** By the recorded value, as it stands in the cassette. */
  readonly #known: Map<string, string>;

  constructor(options: LiveValuesOptions) {
    this.flows = options.flows;
    this.#known = new Map(options.secrets.map(({ pseudonym, value }) => [pseudonym, value]));
    this.#flowsFrom = Map.groupBy(options.flows, (flow) => flow.from);
    const uses = options.secrets.flatMap(({ pseudonym, value, uses }) =>
      uses.map(({ position, place }) => ({ position, place, pseudonym, value })),
    );
    this.#secretUses = Map.groupBy(uses, (use) => use.position);
  }

  /** Flows whose values start in this response. */
  flowsFrom(position: number): readonly ValueFlow[] {
    return this.#flowsFrom.get(position) ?? [];
  }

  /** Takes from a fresh response what later requests need of it. */
  learn(position: number, response: PlaceMessage): void {
    for (const flow of this.flowsFrom(position)) {
      const value = liveValue(flow, response);
      // A JSON null where an id or token used to be is none.
      if (value !== undefined && value !== '' && value !== 'null') {
        this.#values.set(valueKey(flow), value);
        this.#known.set(flow.value, value);
      }
    }
  }

  /** Recorded values that are other ones in this run, whatever they were used for. */
  known(): ReadonlyMap<string, string> {
    return this.#known;
  }

  /** Have all values come that start in this response? */
  hasIssued(position: number): boolean {
    const flows = this.flowsFrom(position);
    return flows.length > 0 && flows.every((flow) => this.#values.has(valueKey(flow)));
  }

  /** The first value this request needs and no response gave. */
  missing(step: Step): ValueFlow | undefined {
    return step.flows.find((flow) => !this.#values.has(valueKey(flow)));
  }

  /** The recorded request with this run's values in place of the recorded ones. */
  carryInto<M extends Carrier>(step: Step, request: M): M {
    const carried = carry(request, step.flows, (flow) => this.#values.get(valueKey(flow)));
    return fillSecrets(carried, this.#secretUses.get(step.position) ?? []);
  }
}

function valueKey(flow: ValueFlow): string {
  return `${flow.from} ${flow.fromPlace}`;
}
