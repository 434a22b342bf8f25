import type { BodyFacts, Exchange, ResponseFacts } from '../model/exchange.ts';
import { toPairs } from '../model/headers.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import { eventsJson } from './event-lines.ts';

/**
 * One exchange as `show --json` prints it, in pieces of text: bodies of any size pass through without ever being one
 * string. `events` is there when something passed while it went on: messages, or the marks of a stream.
 */
export function* exchangeJson(reads: CassetteReads, exchange: Exchange, address: string): IterableIterator<string> {
  const { request, outcome } = exchange;
  const head = {
    address,
    startedAt: new Date(exchange.startedAt).toISOString(),
    durationMs: exchange.durationMs ?? null,
  };
  yield `${open(head)},"request":`;
  yield* withBody(reads, message(request, { method: request.method, target: request.target }), request.body);
  yield ',"outcome":';
  if (!outcome) yield 'null';
  else if (outcome.kind === 'response') yield* responseJson(reads, outcome, { kind: 'response' });
  else {
    yield open({ kind: 'failure', code: outcome.code, message: outcome.message });
    if (outcome.response) {
      yield ',"response":';
      yield* responseJson(reads, outcome.response, {});
    }
    yield '}';
  }
  if (reads.streamEvents(exchange.id, { limit: 1 }).length > 0) {
    yield ',"events":';
    yield* eventsJson(reads, exchange.id);
  }
  yield '}';
}

function responseJson(reads: CassetteReads, response: ResponseFacts, first: object): IterableIterator<string> {
  const head = message(response, { ...first, status: response.status, reason: response.reason });
  return withBody(reads, head, response.body);
}

function message(facts: Pick<ResponseFacts, 'headers' | 'trailers'>, first: object): object {
  return { ...first, headers: toPairs(facts.headers), trailers: toPairs(facts.trailers) };
}

function* withBody(reads: CassetteReads, head: object, body: BodyFacts): IterableIterator<string> {
  const { sizeBytes, sha256, truncated } = body;
  yield `${open(head)},"body":${open({ sizeBytes, sha256, truncated })},"base64":"`;
  let rest = Buffer.alloc(0);
  for (const chunk of reads.bodyChunks(sha256)) {
    // Base64 turns three bytes into four characters: cutting elsewhere would put padding in the middle.
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % 3);
    yield bytes.toString('base64', 0, whole);
    rest = Buffer.from(bytes.subarray(whole));
  }
  yield `${rest.toString('base64')}"}}`;
}

/** JSON text of an object without its closing brace. */
function open(value: object): string {
  return JSON.stringify(value).slice(0, -1);
}
