import type { KeyedRequest } from '../match/canonical-request.ts';
import type { RawHeaders } from '../model/headers.ts';
import { AskedBefore } from './asked-before.ts';
import { BodyDigests } from './body-digests.ts';
import { TwoGenerations } from './two-generations.ts';

/** Requests of one generation; two of them, some 300 bytes each, are what a test suite asks again and again. */
const defaultGenerationSize = 10_000;

/** Headers that say how a body is read. */
const bodyHeaders = ['content-type', 'content-encoding'] as const;

/**
 * What was computed from a request, kept by its raw bytes: a client that repeats a request repeats its bytes, and telling
 * that costs a look-up (with a body: comparing or hashing it) instead of parsing, sorting and looking for secrets. What
 * differs in its bytes is computed anew and may still come out equal.
 */
export class KeyCache<R extends KeyedRequest, K extends { readonly key: string }> {
  readonly #compute: (request: R) => K;
  readonly #headers: readonly string[];
  readonly #known: TwoGenerations<K>;
  readonly #asked = new AskedBefore();
  readonly #digests = new BodyDigests();

  /**
   * @param options.compute Depends on nothing of a request but method, target name, target, body, the headers that say
   * how a body is read, and `headers`.
   * @param options.headers Further ones it looks at, in lower case.
   */
  constructor(options: {
    readonly compute: (request: R) => K;
    readonly headers?: readonly string[];
    readonly generationSize?: number;
  }) {
    this.#compute = options.compute;
    this.#headers = [...(options.headers ?? [])];
    this.#known = new TwoGenerations(options.generationSize ?? defaultGenerationSize);
  }

  of(request: R): K {
    const id = this.#idOf(request);
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const computed = this.#compute(request);
    // What is asked once is not worth its place, unless a body had to be looked into.
    if (request.body !== undefined || this.#asked.again(Number.parseInt(computed.key.slice(0, 8), 16))) {
      this.#known.set(id, computed);
    }
    return computed;
  }

  /** None of the parts can hold a line feed, so that two requests never have one text. */
  #idOf({ method, targetName, target, headers, body }: KeyedRequest): string {
    let id = `${method}\n${targetName}\n${target}`;
    if (this.#headers.length > 0) id += headerLines(headers, this.#headers);
    if (body === undefined) return id;
    const digest = Buffer.isBuffer(body) ? this.#digests.of(body) : `${body.sha256} ${body.sizeBytes}`;
    return `${id}${headerLines(headers, bodyHeaders)}\n\n${digest}`;
  }
}

/** The named headers in the order they came, with their names, so that none passes for another. */
function headerLines(headers: RawHeaders, wanted: readonly string[]): string {
  let lines = '';
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i]!;
    for (const candidate of wanted) {
      if (name.length === candidate.length && name.toLowerCase() === candidate)
        lines += `\n${candidate}:${headers[i + 1]}`;
    }
  }
  return lines;
}
