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
  readonly answerHeaders?: Readonly<Record<string, string>>;
}

/** An exchange of JSON bodies. */
export function correlated(position: number, parts: ExchangeParts): CorrelatedExchange {
  const [method = 'GET', target = '/'] = parts.request.split(' ');
  const json = (value: unknown) => (value === undefined ? undefined : Buffer.from(JSON.stringify(value)));
  const type = (value: unknown) => (value === undefined ? [] : ['Content-Type', 'application/json']);
  const form = parts.form === undefined ? [] : ['Content-Type', 'application/x-www-form-urlencoded'];
  return {
    position,
    method,
    target,
    requestHeaders: [...type(parts.send), ...form, ...Object.entries(parts.headers ?? {}).flat()],
    requestBody: parts.form === undefined ? json(parts.send) : Buffer.from(parts.form),
    response: {
      status: parts.status ?? 200,
      headers: [...type(parts.answer), ...Object.entries(parts.answerHeaders ?? {}).flat()],
      body: json(parts.answer),
    },
  };
}

/** What is found in a session, one line per flow: `0 json:/id → 1 path:1`. */
export function foundIn(session: readonly ExchangeParts[]): string[] {
  const finder = new FlowFinder();
  for (const [position, parts] of session.entries()) finder.addExchange(correlated(position, parts));
  return finder.flows().map(({ from, fromPlace, to, toPlace }) => `${from} ${fromPlace} → ${to} ${toPlace}`);
}
