import { type Exchange, responseOf } from '../model/exchange.ts';
import type { Session } from '../model/session.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';
import { curlCommand } from '../views/curl-command.ts';
import { ExchangeView } from '../views/exchange-view.tsx';
import { formatAddress, parseAddress } from '../model/address.ts';
import type { WhyServed } from '../model/why-served.ts';
import { WhyPanel } from '../views/why-panel.tsx';
import { bodyView } from './body-content.ts';
import type { KnownCassette } from './cassette-library.ts';
import { bodyUrl, exchangeUrl } from './links.ts';
import { messageList } from './messages.ts';
import type { Writer } from './newest-session.ts';

/** Larger bodies do not fit a command line (Linux takes 128 KiB per argument). */
const maxCurlBodyBytes = 32 * 1024;

export interface ExchangeArticleProps {
  readonly reader: CassetteReader;
  readonly cassette: KnownCassette;
  readonly session: Session;
  readonly exchange: Exchange;
  /** The side whose body is shown whole. */
  readonly whole: string | undefined;
  /** Index of the first message shown. */
  readonly messagesFrom: number;
  readonly writer: Writer;
  /** Why a replay served it. */
  readonly why?: WhyServed | undefined;
}

/** Reads what the view of one exchange needs. */
export function exchangeArticle({
  reader,
  cassette,
  session,
  exchange,
  whole,
  messagesFrom,
  writer,
  why,
}: ExchangeArticleProps) {
  const at = (position: number) => ({ cassette: cassette.name, session: session.name, position });
  const address = at(exchange.position);
  const pageUrl = exchangeUrl(address);
  const slots = reader.redactedSlots(session.id).filter(({ position }) => position === exchange.position);
  const { request, outcome } = exchange;
  const response = responseOf(outcome);
  const body = (side: 'request' | 'response', message: Pick<typeof request, 'headers' | 'body'>) =>
    bodyView({
      reader,
      label: `${side} body`,
      headers: message.headers,
      facts: message.body,
      redacted: slots.filter((slot) => slot.side === side),
      amount: whole === side ? 'whole' : 'head',
      wholeUrl: `${pageUrl}?whole=${side}`,
      downloadUrl: `${bodyUrl(address, side)}?download`,
      pictureUrl: bodyUrl(address, side),
    });
  const base = session.targets.find(({ name }) => name === exchange.targetName)?.url ?? '';
  const curl = curlCommand({
    method: request.method,
    url: `${base.replace(/\/$/, '')}${request.target}`,
    headers: request.headers,
    body: request.body.sizeBytes <= maxCurlBodyBytes ? reader.body(request.body.sha256) : undefined,
  });
  const urlOf = (text: string | undefined): string | undefined => {
    const since = text === undefined ? undefined : parseAddress(text);
    return since && exchangeUrl(at(since.position));
  };
  const isLast = exchange.position + 1 >= session.exchangeCount;
  return (
    <ExchangeView
      address={formatAddress(address)}
      exchange={exchange}
      server={exchange.targetName === 'default' ? undefined : base}
      ending={writer === 'alive' ? 'to come' : 'lost'}
      slots={slots}
      requestBody={body('request', request)}
      responseBody={response && body('response', response)}
      messages={messageList({
        reader,
        exchange,
        from: messagesFrom,
        urlOf: (from) => `${pageUrl}?messages=${from}#messages`,
      })}
      why={why && <WhyPanel why={why} sinceUrl={urlOf(why.sequence.since)} />}
      curl={curl}
      previousUrl={exchange.position > 0 ? exchangeUrl(at(exchange.position - 1)) : undefined}
      nextUrl={isLast ? undefined : exchangeUrl(at(exchange.position + 1))}
      pageUrl={pageUrl}
    />
  );
}
