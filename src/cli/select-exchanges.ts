import { AppError } from '../base/errors.ts';
import { matchesGlob, parseAddress, parseSelector, type Selector } from '../model/address.ts';
import type { ExchangeSummary } from '../model/exchange.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';

/** Rows fetched at a time: a list of a million exchanges never is in memory. */
const pageRows = 500;

/** A selector as a person gave it; USAGE when it is none, or names another cassette than the one it is used on. */
export function parseSelectorFor(cassette: string, text: string | undefined): Selector {
  const selector = parseSelector(text);
  const named = text === undefined ? undefined : parseAddress(text)?.cassette;
  if (selector && (named === undefined || named === cassette)) return selector;
  throw new AppError('USAGE', {
    problem: selector ? `${text} is not in cassette ${cassette}` : `${text} selects nothing`,
    hint: 'a selector is SESSION, SESSION/POSITION, CASSETTE:SESSION/POSITION or "METHOD /path/*"',
  });
}

/** The selected exchanges, session by session, by position. SESSION_MISSING for a session that is not there. */
export function* selectExchanges(reads: CassetteReads, selector: Selector): IterableIterator<ExchangeSummary> {
  switch (selector.kind) {
    case 'exchange': {
      const session = reads.session(selector.session);
      for (const summary of reads.summaries(session.id, { from: selector.position, limit: 1 })) {
        if (summary.position === selector.position) yield summary;
      }
      return;
    }
    case 'session':
      yield* summariesOf(reads, reads.session(selector.session).id);
      return;
    case 'all':
    case 'pattern':
      for (const session of reads.sessions()) {
        for (const summary of summariesOf(reads, session.id)) {
          if (selector.kind === 'all' || fits(summary, selector)) yield summary;
        }
      }
  }
}

function* summariesOf(reads: CassetteReads, sessionId: number): IterableIterator<ExchangeSummary> {
  for (let from = 0; ;) {
    const page = reads.summaries(sessionId, { from, limit: pageRows });
    yield* page;
    if (page.length < pageRows) return;
    from = page.at(-1)!.position + 1;
  }
}

/** A pattern without a query fits a path whatever its query. */
function fits(summary: ExchangeSummary, pattern: Extract<Selector, { kind: 'pattern' }>): boolean {
  if (pattern.method !== '*' && pattern.method !== summary.method) return false;
  const path = pattern.glob.includes('?') ? summary.target : summary.target.split('?', 1)[0]!;
  return matchesGlob(path, pattern.glob);
}
