import type { ExchangeSummary } from '../model/exchange.ts';
import { isWrite } from '../model/exchange.ts';

/** A filter that was understood, or the words that were not. */
export type TrafficFilter =
  | { readonly ok: true; readonly matches: (exchange: ExchangeSummary) => boolean }
  | { readonly ok: false; readonly problem: string };

type Term = (exchange: ExchangeSummary) => boolean;

/**
 * Words that must all fit, each possibly negated by `-`: a plain word is looked for in method, target and content type;
 * `status:404`, `status:5xx`, `status:>=400`; `method:POST`; `type:json`; `is:error|failed|running|write|read`.
 */
export function parseTrafficFilter(text: string): TrafficFilter {
  const terms: Term[] = [];
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const isNegated = word.startsWith('-') && word.length > 1;
    const term = termOf(isNegated ? word.slice(1) : word);
    if (typeof term === 'string') return { ok: false, problem: term };
    terms.push(isNegated ? (exchange) => !term(exchange) : term);
  }
  return { ok: true, matches: (exchange) => terms.every((term) => term(exchange)) };
}

function termOf(word: string): Term | string {
  const found = /^(status|method|type|is):(.*)$/i.exec(word);
  if (!found) {
    const wanted = word.toLowerCase();
    return ({ method, target, contentType }) => `${method} ${target} ${contentType}`.toLowerCase().includes(wanted);
  }
  const value = found[2]!.toLowerCase();
  switch (found[1]!.toLowerCase()) {
    case 'status':
      return statusTerm(value);
    case 'method':
      return value === ''
        ? 'method: needs a method, for example method:POST'
        : ({ method }) => method.toLowerCase() === value;
    case 'type':
      return value === ''
        ? 'type: needs a word, for example type:json'
        : ({ contentType }) => contentType.includes(value);
    default:
      return states.get(value) ?? `is:${value} is unknown; there are is:${[...states.keys()].join(', is:')}`;
  }
}

const states: ReadonlyMap<string, Term> = new Map<string, Term>([
  ['error', ({ status, failure }) => failure !== undefined || (status !== undefined && status >= 400)],
  ['failed', ({ failure }) => failure !== undefined],
  ['running', ({ status, failure }) => status === undefined && failure === undefined],
  ['write', ({ method }) => isWrite(method)],
  ['read', ({ method }) => !isWrite(method)],
]);

function statusTerm(value: string): Term | string {
  const family = /^([1-5])xx$/.exec(value);
  if (family) return ({ status }) => status !== undefined && Math.floor(status / 100) === Number(family[1]);
  const bound = /^(>=|<=|>|<)?(\d{1,3})$/.exec(value);
  if (!bound) return `status:${value} is not understood; write status:404, status:5xx or status:>=400`;
  const limit = Number(bound[2]);
  const compare = comparisons[bound[1] ?? '='];
  return ({ status }) => status !== undefined && compare!(status, limit);
}

const comparisons: Readonly<Record<string, (status: number, limit: number) => boolean>> = {
  '=': (status, limit) => status === limit,
  '>=': (status, limit) => status >= limit,
  '<=': (status, limit) => status <= limit,
  '>': (status, limit) => status > limit,
  '<': (status, limit) => status < limit,
};
