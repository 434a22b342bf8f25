import type { CorrelatedExchange } from '../../src/correlate/correlated-exchange.ts';
import { FlowFinder } from '../../src/correlate/flow-finder.ts';

export interface ExchangeParts {
  /** `METHOD /target`. */
  readonly request: string;
  readonly send?: unknown;
  readonly form?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
  readonly answer?: unknown;
  /** Bodies of other types, as `[type, text]`. */
  readonly sendText?: readonly [string, string];
  readonly answerText?: readonly [string, string];
  readonly answerHeaders?: Readonly<Record<string, string>>;
}

/** An exchange, of JSON bodies unless told otherwise. */
export function correlated(position: number, parts: ExchangeParts): CorrelatedExchange {
  const [method = 'GET', target = '/'] = parts.request.split(' ');
  const formText = parts.form === undefined ? undefined : (['application/x-www-form-urlencoded', parts.form] as const);
  const sent = bodyOf(parts.sendText ?? formText, parts.send);
  const answered = bodyOf(parts.answerText, parts.answer);
  return {
    position,
    method,
    target,
    requestHeaders: [...sent.headers, ...Object.entries(parts.headers ?? {}).flat()],
    requestBody: sent.body,
    response: {
      status: parts.status ?? 200,
      headers: [...answered.headers, ...Object.entries(parts.answerHeaders ?? {}).flat()],
      body: answered.body,
    },
  };
}

function bodyOf(text: readonly [string, string] | undefined, json: unknown) {
  if (text) return { headers: ['Content-Type', text[0]], body: Buffer.from(text[1]) };
  if (json === undefined) return { headers: [], body: undefined };
  return { headers: ['Content-Type', 'application/json'], body: Buffer.from(JSON.stringify(json)) };
}

/** What is found in a session, one line per flow: `0 json:/id → 1 path:1`. */
export function foundIn(session: readonly ExchangeParts[]): string[] {
  const finder = new FlowFinder();
  for (const [position, parts] of session.entries()) finder.addExchange(correlated(position, parts));
  return finder.flows().map(({ from, fromPlace, to, toPlace }) => `${from} ${fromPlace} → ${to} ${toPlace}`);
}
