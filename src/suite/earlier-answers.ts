import type { FieldName } from '../compare/invariants/claim.ts';
import { comparableText } from '../compare/invariants/read-values.ts';
import { readSide } from '../compare/invariants/read-side.ts';
import { entitiesOf } from '../compare/invariants/sample.ts';
import { type Exchange, isComplete, type Outcome } from '../model/exchange.ts';
import type { Session } from '../model/session.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import type { FreshResponse } from './fresh-response.ts';

type Fields = ReadonlyMap<FieldName, string | number>;

/** Fields of an earlier answer that are kept, and how long they may be: bodies are not. */
const maxFields = 32;
const maxValueLength = 128;
const maxBodyBytes = 64 * 1024;

/** Recorded answers kept in memory at once; they are read again when needed. */
const maxKept = 2000;

const none: Fields = new Map();

/**
 * What the answer that issued the identifier in a request's path had said: the POST that made the order which a GET asks
 * for. Named by its request: `POST /orders /createdAt`.
 */
export class EarlierAnswers {
  readonly #reader: CassetteReads;
  readonly #session: Session;
  readonly #templateOf: (exchange: Exchange) => string;
  /** Position → the position whose response issued the identifier in its path. */
  #issuers: ReadonlyMap<number, number> | undefined;
  #isIssuer: ReadonlySet<number> = new Set();
  readonly #recorded = new Map<number, Fields>();
  readonly #fresh = new Map<number, Fields>();

  constructor(reader: CassetteReads, session: Session, templateOf: (exchange: Exchange) => string) {
    this.#reader = reader;
    this.#session = session;
    this.#templateOf = templateOf;
  }

  /** As recorded. */
  recorded({ position }: Exchange): Fields {
    const from = this.#issuerOf(position);
    if (from === undefined) return none;
    let known = this.#recorded.get(from);
    if (!known) {
      if (this.#recorded.size >= maxKept) this.#recorded.clear();
      const issuer = this.#reader.exchange(this.#session.id, from);
      known = issuer?.outcome ? this.#read(issuer, issuer.outcome, () => this.#bodyOf(issuer.outcome!)) : none;
      this.#recorded.set(from, known);
    }
    return known;
  }

  /** As answered in this run. */
  fresh({ position }: Exchange): Fields {
    const from = this.#issuerOf(position);
    return (from === undefined ? undefined : this.#fresh.get(from)) ?? none;
  }

  remember(exchange: Exchange, { outcome, body }: FreshResponse): void {
    this.#issuerOf(exchange.position);
    if (!this.#isIssuer.has(exchange.position)) return;
    this.#fresh.set(
      exchange.position,
      this.#read(exchange, outcome, () => body),
    );
  }

  #read(exchange: Exchange, outcome: Outcome, body: () => Buffer): Fields {
    if (!isComplete(outcome) || outcome.body.sizeBytes === 0 || outcome.body.sizeBytes > maxBodyBytes) return none;
    const sample = readSide({ headers: outcome.headers, body: body(), context: none });
    const [root] = entitiesOf({ ...sample, headers: [] }, () => false).get('')!;
    const fields = new Map<FieldName, string | number>();
    for (const [field, value] of root!.fields) {
      const text = comparableText(value);
      if (text === undefined || text.length > maxValueLength || fields.size >= maxFields) continue;
      fields.set(`${exchange.request.method} ${this.#templateOf(exchange)} ${field}`, text);
    }
    return fields;
  }

  #bodyOf(outcome: Outcome): Buffer {
    return isComplete(outcome) ? this.#reader.body(outcome.body.sha256) : Buffer.alloc(0);
  }

  #issuerOf(position: number): number | undefined {
    if (!this.#issuers) {
      const issuers = new Map<number, number>();
      for (const { from, to, toPlace } of this.#reader.flows(this.#session.id)) {
        if (toPlace.startsWith('path:') && !issuers.has(to)) issuers.set(to, from);
      }
      this.#issuers = issuers;
      this.#isIssuer = new Set(issuers.values());
    }
    return this.#issuers.get(position);
  }
}
