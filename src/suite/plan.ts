import type { Exchange } from '../model/exchange.ts';
import type { ValueFlow } from '../model/flow.ts';
import { type Standing, isNeededForState, standingOf } from './standing.ts';

/** One request to send, without its headers and bodies: those are read when its turn comes. */
export interface Step {
  readonly position: number;
  readonly method: string;
  readonly target: string;
  readonly targetName: string;
  /** `supporting` ones are sent for their effect or their values only. */
  readonly purpose: 'judged' | 'supporting';
  /** Flows into this request. */
  readonly flows: readonly ValueFlow[];
}

export interface Plan {
  /** In recorded order. */
  readonly steps: readonly Step[];
  /** Recordings that cannot be judged. */
  readonly skipped: readonly {
    readonly position: number;
    readonly method: string;
    readonly target: string;
    readonly reason: string;
  }[];
}

export interface PlanOptions {
  /** The whole session, in order of position. */
  readonly exchanges: Iterable<Exchange>;
  readonly flows: readonly ValueFlow[];
  /** Judge only requests whose `METHOD target` it finds. */
  readonly grep?: RegExp;
}

/**
 * What to send and what to judge. With `grep`, what the selected requests build on is sent too: every write before the
 * last of them (state only changes at writes), and whatever issues values that are needed.
 */
export function planSteps(options: PlanOptions): Plan {
  const { grep } = options;
  const flowsTo = Map.groupBy(options.flows, (flow) => flow.to);
  const lines = Array.from(options.exchanges, (exchange) => lineOf(exchange));
  const judged = (line: Line): boolean =>
    line.standing.kind === 'judged' && (grep === undefined || grep.test(`${line.method} ${line.target}`));
  const last = lines.findLast(judged)?.position ?? -1;

  const needed = new Set<number>();
  const steps: Step[] = [];
  // Backwards, so that whoever needs a value has been seen before whoever issues it.
  for (const line of lines.toReversed()) {
    const { position, standing, method, target, targetName } = line;
    const isJudged = judged(line);
    const isSupporting = (needed.has(position) || isNeededForState(method, standing)) && position <= last;
    if (standing.kind === 'skipped' || !(isJudged || isSupporting)) continue;
    const flows = flowsTo.get(position) ?? [];
    for (const { from } of flows) needed.add(from);
    steps.push({ position, method, target, targetName, purpose: isJudged ? 'judged' : 'supporting', flows });
  }
  const skipped = lines.flatMap(({ position, method, target, standing }) => {
    const wanted = grep === undefined || grep.test(`${method} ${target}`);
    return standing.kind === 'judged' || !wanted ? [] : [{ position, method, target, reason: standing.reason }];
  });
  return { steps: steps.reverse(), skipped };
}

interface Line {
  readonly position: number;
  readonly method: string;
  readonly target: string;
  readonly targetName: string;
  readonly standing: Standing;
}

function lineOf(exchange: Exchange): Line {
  const { position, targetName } = exchange;
  const { method, target } = exchange.request;
  return { position, method, target, targetName, standing: standingOf(exchange) };
}
