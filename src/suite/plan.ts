import type { Exchange } from '../model/exchange.ts';
import type { ValueFlow } from '../model/flow.ts';
import { responseOf } from '../model/exchange.ts';
import type { StreamEvent } from '../model/stream-event.ts';
import { countItems } from '../compare/open-stream.ts';
import { effectOf, isGrpcCall, type SendingWay, sendingWayOf } from './sending-way.ts';
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
  readonly way: SendingWay;
  /** Writes are barriers, and need consent. */
  readonly effect: 'read' | 'write';
  /** `beside`: a stream or conversation that went on while later requests were sent, and does so again. */
  readonly pace: 'alone' | 'beside';
  /** In the recording, in ms since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
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
  /** What passed while an exchange went on; none unless told. */
  readonly events?: (exchange: Exchange) => readonly StreamEvent[];
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
  const lines = Array.from(options.exchanges, (exchange) => lineOf(exchange, options.events));
  const judged = (line: Line): boolean =>
    line.standing.kind === 'judged' && (grep === undefined || grep.test(`${line.method} ${line.target}`));
  const last = lines.findLast(judged)?.position ?? -1;

  const needed = new Set<number>();
  const steps: Step[] = [];
  let nextStartsAt = Infinity;
  // Backwards, so that whoever needs a value has been seen before whoever issues it.
  for (const line of lines.toReversed()) {
    const { standing, isStream, ...rest } = line;
    const { position, effect, startedAt, endedAt } = line;
    const isJudged = judged(line);
    const isSupporting = (needed.has(position) || isNeededForState(effect, standing)) && position <= last;
    if (standing.kind === 'skipped' || !(isJudged || isSupporting)) continue;
    const flows = flowsTo.get(position) ?? [];
    for (const { from } of flows) needed.add(from);
    const pace = isStream && endedAt > nextStartsAt + clockGrainMs ? 'beside' : 'alone';
    steps.push({ ...rest, purpose: isJudged ? 'judged' : 'supporting', flows, pace });
    nextStartsAt = startedAt;
  }
  const skipped = lines.flatMap(({ position, method, target, standing }) => {
    const wanted = grep === undefined || grep.test(`${method} ${target}`);
    return standing.kind === 'judged' || !wanted ? [] : [{ position, method, target, reason: standing.reason }];
  });
  return { steps: steps.reverse(), skipped };
}

/** Starts are stored in whole milliseconds: what ends as the next begins may seem to end a little later. */
const clockGrainMs = 2;

interface Line extends Omit<Step, 'purpose' | 'flows' | 'pace'> {
  readonly standing: Standing;
  /** It says one thing after the other, perhaps about what happens elsewhere meanwhile. */
  readonly isStream: boolean;
}

function lineOf(exchange: Exchange, eventsOf: PlanOptions['events']): Line {
  const { position, targetName, startedAt, durationMs = 0 } = exchange;
  const { method, target } = exchange.request;
  const way = sendingWayOf(exchange);
  const events = way === 'request' ? [] : (eventsOf?.(exchange) ?? []);
  return {
    position,
    method,
    target,
    targetName,
    way,
    effect: effectOf(exchange, events),
    startedAt,
    endedAt: startedAt + durationMs,
    standing: standingOf(exchange, events),
    isStream: isStream(exchange, events),
  };
}

/** A call with one answer is none, however long that took. */
function isStream(exchange: Exchange, events: readonly StreamEvent[]): boolean {
  if (sendingWayOf(exchange) === 'websocket') return true;
  const response = responseOf(exchange.outcome);
  if (!response || !countItems(response.headers)) return false;
  return !isGrpcCall(exchange) || exchange.outcome?.kind === 'failure' || saidByServer(events) > 1;
}

function saidByServer(events: readonly StreamEvent[]): number {
  return events.filter(({ direction }) => direction === 'response').length;
}
