import { setTimeout as delay } from 'node:timers/promises';
import { countItems } from '../compare/open-stream.ts';
import { type Exchange, responseOf, wasLeft } from '../model/exchange.ts';
import type { PlaceMessage } from '../model/place-access.ts';
import type { Baseline } from '../model/run.ts';
import type { Target } from '../model/target.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import type { Connections } from './connections.ts';
import type { WatchOptions } from './item-watch.ts';
import type { Step } from './plan.ts';
import { recordedTalk } from './recorded-talk.ts';
import { Sender, type SendLimits, type Sent } from './send.ts';
import { sendGrpc } from './send-grpc.ts';
import { sendWebSocket } from './send-websocket.ts';
import type { TalkValues } from './talk-values.ts';
import type { Timeline } from './timeline.ts';
import type { OutgoingRequest } from './wire-request.ts';

export interface StepSenderOptions {
  readonly reader: CassetteReads;
  /** By recorded target name. */
  readonly targets: ReadonlyMap<string, Target>;
  readonly connections?: Connections;
  /** Connections kept open for reads. */
  readonly concurrency: number;
  /** Beyond what a recording took. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface OutgoingStep {
  readonly step: Step;
  readonly exchange: Exchange;
  readonly request: OutgoingRequest;
  /** Recorded values that are other ones in this run. */
  readonly values: TalkValues;
  /** Of a run in which things go on beside each other. */
  readonly timeline?: Timeline;
  /** What is there of a stream while it goes on. */
  readonly onContent?: (response: PlaceMessage) => void;
}

/** How much longer than in the recording the events of a stream may take that its client left. */
const patienceMs = 5000;

/** Sends the steps of a run, each in its way, and waits for their ends. */
export class StepSender {
  readonly #options: StepSenderOptions;
  readonly #senders: ReadonlyMap<string, Sender>;

  constructor(options: StepSenderOptions) {
    this.#options = options;
    const { targets, connections, concurrency } = options;
    const shared = { concurrency, ...(connections ? { connections } : {}) };
    this.#senders = new Map([...targets].map(([name, target]) => [name, new Sender({ target, ...shared })]));
  }

  async send(outgoing: OutgoingStep): Promise<Sent> {
    const { step, exchange, request, values, timeline } = outgoing;
    const { reader, timeoutMs, signal, connections } = this.#options;
    const limits: SendLimits = { timeoutMs: timeoutMs + (exchange.durationMs ?? 0), ...(signal && { signal }) };
    const shared = {
      target: this.#options.targets.get(step.targetName)!,
      request,
      ...(connections && { connections }),
    };
    const { position, startedAt } = step;
    if (step.way === 'websocket') {
      const plan = {
        recorded: recordedTalk(reader, exchange.id),
        durationMs: exchange.durationMs ?? 0,
        values,
        othersAt: async (offsetMs: number): Promise<void> => timeline?.others(startedAt + offsetMs, position),
        onReached: (offsetMs: number): void => timeline?.reached(position, startedAt + offsetMs),
      };
      return sendWebSocket({ ...shared, plan, limits: { timeoutMs, ...(signal && { signal }) } });
    }
    const watch = this.#watchOf(outgoing);
    const watched = watch ? { ...limits, watch } : limits;
    if (step.way === 'grpc') {
      const requestEnd = exchange.request.body.truncated ? 'open' : 'ended';
      return sendGrpc({ ...shared, requestEnd, limits: watched });
    }
    return this.#senders.get(step.targetName)!.send(request, watched);
  }

  close(): void {
    for (const sender of this.#senders.values()) sender.close();
  }

  /** Of streams that the recorded client left, and of those that go on beside other requests. */
  #watchOf({ step, exchange, timeline, onContent }: OutgoingStep): WatchOptions | undefined {
    const { reader, timeoutMs } = this.#options;
    const isLeft = wasLeft(exchange.outcome);
    const isBeside = timeline !== undefined && step.pace === 'beside';
    if (!isLeft && !isBeside) return undefined;
    const { position, startedAt, endedAt } = step;
    const arrivals = isBeside ? itemArrivals(reader, exchange) : [];
    const onItems = (count: number): void => {
      const next = arrivals[count];
      timeline?.reached(position, next === undefined ? endedAt : startedAt + next);
    };
    const durationMs = exchange.durationMs ?? 0;
    const graceMs = durationMs + Math.min(timeoutMs, patienceMs);
    // A request beside it may wait for what never comes in it.
    const limit = delay(durationMs + timeoutMs, undefined, { ref: false });
    const from = timeline ? Promise.race([timeline.others(endedAt, position), limit]) : Promise.resolve();
    const items = isLeft ? itemsOf(reader, reader.baselines(exchange.id).at(-1)!) : 0;
    return {
      ...(isBeside && { onItems }),
      ...(isBeside && onContent && { onContent }),
      ...(isLeft && { leave: { items, graceMs, from } }),
    };
  }
}

/** How many whole events or messages the response accepted as right has. */
function itemsOf(reader: CassetteReads, { outcome }: Baseline): number {
  const response = responseOf(outcome);
  const count = response && countItems(response.headers);
  if (!count || response.body.sizeBytes === 0) return 0;
  let items = 0;
  for (const chunk of reader.bodyChunks(response.body.sha256)) items = count(chunk);
  return items;
}

/** When each recorded event or message had come, in ms after the request; none where nobody noted it. */
function itemArrivals(reader: CassetteReads, exchange: Exchange): readonly number[] {
  const response = responseOf(exchange.outcome);
  const count = response && countItems(response.headers);
  if (!count || response.body.sizeBytes === 0) return [];
  const body = reader.body(response.body.sha256);
  const arrivals: number[] = [];
  let at = 0;
  for (const { offsetMs, sizeBytes } of reader.streamMarks(exchange.id)) {
    const items = count(body.subarray(at, at + sizeBytes));
    at += sizeBytes;
    while (arrivals.length < items) arrivals.push(offsetMs);
  }
  return arrivals;
}
