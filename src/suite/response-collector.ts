import { createHash } from 'node:crypto';
import type http from 'node:http';
import {
  type BodyFacts,
  type Framing,
  framingOf,
  type InformationalResponse,
  type Outcome,
  type ResponseFacts,
} from '../model/exchange.ts';
import { failureOf } from './failure-of.ts';

/**
 * Fresh bodies are kept whole up to this size; above it only their length and SHA-256 are known. 64 MiB times the
 * default of 4 requests at once stays well inside an ordinary CI machine.
 */
export const keptBodyBytes = 64 * 1024 * 1024;

/** A response as its client sees it; trailers are there at its end. */
export type ResponseHead = Pick<
  http.IncomingMessage,
  'statusCode' | 'statusMessage' | 'httpVersion' | 'rawHeaders' | 'rawTrailers'
>;

/** Collects one response: all of its facts, and its bytes up to the limit. */
export class ResponseCollector {
  readonly #hash = createHash('sha256');
  readonly #informational: InformationalResponse[] = [];
  #chunks: Buffer[] = [];
  #sizeBytes = 0;
  #response: ResponseHead | undefined;
  #framing: Framing = 'none';

  get hasHead(): boolean {
    return this.#response !== undefined;
  }

  addInformational(info: Pick<http.InformationEvent, 'statusCode' | 'statusMessage' | 'rawHeaders'>): void {
    if (info.statusCode === 100) return;
    this.#informational.push({ status: info.statusCode, reason: info.statusMessage, headers: info.rawHeaders });
  }

  /** `framing` is given where the headers do not tell it. */
  begin(response: ResponseHead, method: string, framing?: Framing): void {
    this.#response = response;
    this.#framing = framing ?? framingOf(response.rawHeaders, response.statusCode ?? 0, method);
  }

  addChunk(chunk: Buffer): void {
    this.#hash.update(chunk);
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes <= keptBodyBytes) this.#chunks.push(chunk);
    else this.#chunks = [];
  }

  result(problem: Error | undefined): { outcome: Outcome; body: Buffer | undefined } {
    const body = this.#sizeBytes <= keptBodyBytes ? Buffer.concat(this.#chunks) : undefined;
    const facts = this.#facts();
    if (problem === undefined && facts) return { outcome: { kind: 'response', ...facts }, body };
    const failure = failureOf(problem ?? new Error('no response'));
    return { outcome: { kind: 'failure', ...failure, ...(facts ? { response: facts } : {}) }, body };
  }

  #facts(): ResponseFacts | undefined {
    const response = this.#response;
    if (!response) return undefined;
    const body: BodyFacts = {
      sizeBytes: this.#sizeBytes,
      sha256: this.#hash.copy().digest('hex'),
      truncated: false,
      fullSizeBytes: this.#sizeBytes,
    };
    return {
      status: response.statusCode ?? 0,
      reason: response.statusMessage ?? '',
      httpVersion: response.httpVersion,
      headers: response.rawHeaders,
      trailers: response.rawTrailers,
      body,
      framing: this.#framing,
      informational: this.#informational,
    };
  }
}
