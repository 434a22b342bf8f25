import type { FieldName, Invariant } from '../compare/invariants/claim.ts';
import { spread } from '../compare/invariants/entity-table.ts';
import { invariantRulings, type Side } from '../compare/invariants/invariant-rulings.ts';
import { learnInvariants } from '../compare/invariants/learn-invariants.ts';
import { readSide } from '../compare/invariants/read-side.ts';
import { reachOf } from '../compare/invariants/reach.ts';
import type { Sample } from '../compare/invariants/sample.ts';
import type { Renames } from '../compare/renames.ts';
import type { RulingsFor } from '../compare/rulings.ts';
import { type Exchange, isComplete, type Outcome } from '../model/exchange.ts';
import type { Baseline } from '../model/run.ts';
import type { Session } from '../model/session.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import { EarlierAnswers } from './earlier-answers.ts';
import type { FreshResponse } from './fresh-response.ts';
import { baselineContext, renamedContext, requestContext } from './request-context.ts';
import { RequestTemplates } from './request-templates.ts';

/** Recordings of one endpoint that are learned from: more would say the same. */
const maxSamples = 32;

/** Accepted baselines beside them, the newest ones. */
const maxAccepted = 32;

/** Larger bodies are not learned from; nor more than so much of one endpoint. Bytes as stored. */
const maxSampleBytes = 256 * 1024;
const maxBytes = 4 * 1024 * 1024;

/** What is known of one kind of response. */
export interface EndpointInvariants {
  readonly targetName: string;
  readonly method: string;
  readonly template: string;
  readonly status: number;
  readonly invariants: readonly Invariant[];
}

/** What the recorded responses of a session keep to, learned per method, path template and status when it is needed. */
export class SessionInvariants {
  readonly #reader: CassetteReads;
  readonly #session: Session;
  readonly #earlier: EarlierAnswers;
  #templates: RequestTemplates | undefined;
  /** Positions by kind of request. */
  #positions: ReadonlyMap<string, readonly number[]> | undefined;
  readonly #learned = new Map<string, readonly EndpointInvariants[]>();

  constructor(reader: CassetteReads, session: Session, templates?: RequestTemplates) {
    this.#reader = reader;
    this.#session = session;
    this.#templates = templates;
    this.#earlier = new EarlierAnswers(reader, session, (exchange) => this.#template(exchange));
  }

  /** Of every kind of response in the session that has any. */
  *all(): IterableIterator<EndpointInvariants> {
    for (const positions of this.#groups().values()) {
      const seen = new Set<string>();
      for (const position of positions) {
        const exchange = this.#reader.exchange(this.#session.id, position)!;
        const template = this.#template(exchange);
        if (seen.has(template)) continue;
        seen.add(template);
        for (const endpoint of this.#endpoints(exchange)) if (endpoint.invariants.length > 0) yield endpoint;
        if (!isGraphql(template)) break;
      }
    }
  }

  /** What a fresh response to this request is held against; undefined where nothing is known. */
  rulingsFor({
    exchange,
    baseline,
    fresh,
    renames,
    sentTarget,
    baselineBody,
    ignored,
  }: InvariantJudged): RulingsFor | undefined {
    if (!isComplete(baseline.outcome) || !isComplete(fresh.outcome)) return undefined;
    const { status } = baseline.outcome;
    if (fresh.outcome.status !== status) return undefined;
    const known = this.#endpoints(exchange).find((endpoint) => endpoint.status === status);
    if (!known || known.invariants.length === 0) return undefined;
    const needsContext = known.invariants.some((invariant) => reachOf(invariant).context.length > 0);
    const context = needsContext
      ? this.#contexts({ exchange, baseline, renames, sentTarget })
      : { baseline: new Map(), fresh: new Map() };
    return invariantRulings(known.invariants, {
      ...(ignored && { ignored }),
      baseline: { headers: baseline.outcome.headers, body: baselineBody, context: context.baseline },
      fresh: { headers: fresh.outcome.headers, body: fresh.body, context: context.fresh },
    });
  }

  #contexts({
    exchange,
    baseline,
    renames,
    sentTarget,
  }: Pick<InvariantJudged, 'exchange' | 'baseline' | 'renames' | 'sentTarget'>): Record<
    'baseline' | 'fresh',
    Side['context']
  > {
    const template = this.#template(exchange);
    const { target } = exchange.request;
    const isRecording = baseline.version === 1;
    return {
      baseline: new Map<FieldName, string | number>([
        ...baselineContext(target, template, baseline.renames),
        ...(isRecording ? this.#earlier.recorded(exchange) : []),
      ]),
      fresh: new Map<FieldName, string | number>([
        ...renamedContext(target, template, { renames, sentTarget }),
        ...this.#earlier.fresh(exchange),
      ]),
    };
  }

  /** Keeps what later answers may have to agree with. */
  remember(exchange: Exchange, fresh: FreshResponse): void {
    this.#earlier.remember(exchange, fresh);
  }

  #endpoints(exchange: Exchange): readonly EndpointInvariants[] {
    const template = this.#template(exchange);
    const key = groupKey(exchange.targetName, exchange.request.method, template);
    let known = this.#learned.get(key);
    if (!known) this.#learned.set(key, (known = this.#learn(exchange, template)));
    return known;
  }

  #learn(exchange: Exchange, template: string): readonly EndpointInvariants[] {
    const { targetName, request } = exchange;
    const path = this.#templatesOf().ofPath(request.target);
    const positions = this.#groups().get(groupKey(targetName, request.method, path))!;
    const samples = Map.groupBy(this.#samples(this.#ofTemplate(positions, template)), ({ status }) => status);
    return Array.from(samples, ([status, all]) => ({
      targetName,
      method: request.method,
      template,
      status,
      invariants: learnInvariants(all.map(({ sample }) => sample)),
    }));
  }

  /** GraphQL asks many things of one path. */
  #ofTemplate(positions: readonly number[], template: string): readonly number[] {
    if (!isGraphql(template)) return positions;
    return positions.filter((position) => {
      const exchange = this.#reader.exchange(this.#session.id, position);
      return exchange !== undefined && this.#template(exchange) === template;
    });
  }

  #samples(positions: readonly number[]): StatusSample[] {
    const samples: StatusSample[] = [];
    let left = maxBytes;
    const take = (outcome: Outcome | undefined, context: Side['context']): void => {
      if (!isComplete(outcome) || outcome.body.sizeBytes > Math.min(left, maxSampleBytes)) return;
      left -= outcome.body.sizeBytes;
      const body = outcome.body.sizeBytes === 0 ? Buffer.alloc(0) : this.#reader.body(outcome.body.sha256);
      samples.push({ status: outcome.status, sample: readSide({ headers: outcome.headers, body, context }) });
    };
    for (const position of spread(positions, maxSamples)) {
      const exchange = this.#reader.exchange(this.#session.id, position)!;
      const context = requestContext(exchange.request.target, this.#template(exchange));
      take(exchange.outcome, new Map<FieldName, string | number>([...context, ...this.#earlier.recorded(exchange)]));
    }
    for (const { exchange, baseline } of this.#accepted(positions)) {
      take(baseline.outcome, baselineContext(exchange.request.target, this.#template(exchange), baseline.renames));
    }
    return samples;
  }

  *#accepted(positions: readonly number[]): IterableIterator<{ exchange: Exchange; baseline: Baseline }> {
    const accepted = new Set(this.#reader.acceptedPositions(this.#session.id));
    const own = positions.filter((position) => accepted.has(position)).slice(-maxAccepted);
    for (const position of own) {
      const exchange = this.#reader.exchange(this.#session.id, position)!;
      for (const baseline of this.#reader.baselines(exchange.id).slice(1).slice(-maxAccepted)) {
        yield { exchange, baseline };
      }
    }
  }

  #groups(): ReadonlyMap<string, readonly number[]> {
    if (this.#positions) return this.#positions;
    const groups = new Map<string, number[]>();
    const templates = this.#templatesOf();
    for (const { position, method, target, targetName } of this.#reader.summaries(this.#session.id)) {
      const key = groupKey(targetName, method, templates.ofPath(target));
      const known = groups.get(key);
      if (known) known.push(position);
      else groups.set(key, [position]);
    }
    return (this.#positions = groups);
  }

  #template(exchange: Exchange): string {
    return this.#templatesOf().of(exchange);
  }

  #templatesOf(): RequestTemplates {
    return (this.#templates ??= new RequestTemplates(this.#reader, this.#session));
  }
}

/** A fresh response and what it is held against. */
export interface InvariantJudged {
  readonly exchange: Exchange;
  readonly baseline: Baseline;
  readonly baselineBody: Buffer;
  readonly fresh: FreshResponse;
  readonly renames: Renames;
  /** What was asked for in the run; as recorded, with renamed values, when undefined. */
  readonly sentTarget: string | undefined;
  /** What a person wants to hear nothing of. */
  readonly ignored?: RulingsFor;
}

interface StatusSample {
  readonly status: number;
  readonly sample: Sample;
}

function groupKey(targetName: string, method: string, template: string): string {
  return JSON.stringify([targetName, method, template]);
}

/** Templates of GraphQL requests name their operation behind a space. */
function isGraphql(template: string): boolean {
  return template.includes(' ');
}
