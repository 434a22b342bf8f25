import type { Context, Hono } from 'hono';
import { AppError } from '../../base/errors.ts';
import { visible } from '../../base/log.ts';
import { parseAddress } from '../../model/address.ts';
import { type Exchange, type RequestFacts, type ResponseFacts, responseOf } from '../../model/exchange.ts';
import type { Session } from '../../model/session.ts';
import { CassetteReader } from '../../store/cassette-reader.ts';
import { type KnownCassette, readCassette } from '../cassette-library.ts';
import { exchangeArticle } from '../exchange-article.tsx';
import { trafficUrl } from '../links.ts';
import { wholeNumber } from '../request-values.ts';
import type { WhyServed } from '../../model/why-served.ts';
import { writerOf } from '../newest-session.ts';
import { renderPage } from '../page.tsx';
import { recordedContentPolicy, recordedPicture } from '../recorded-picture.ts';
import type { UiContext } from '../ui-context.ts';

/** Of an exchange that is looked at as an answer of the running replay. */
function whyOf(c: Context, ui: UiContext, { cassette, session, exchange }: Found): WhyServed | undefined {
  const number = wholeNumber(c.req.query('answer'));
  const replay = ui.options.control?.replay;
  if (number === undefined || !replay) return undefined;
  const [answer] = replay.served(number, 1).answers;
  const address = answer?.number === number && answer.address !== undefined ? parseAddress(answer.address) : undefined;
  const isSame =
    address?.cassette === cassette.name && address.session === session.name && address.position === exchange.position;
  return isSame ? replay.why(number) : undefined;
}

interface Found {
  readonly reader: CassetteReader;
  readonly cassette: KnownCassette;
  readonly session: Session;
  readonly exchange: Exchange;
}

export function exchangeRoutes(app: Hono, ui: UiContext): void {
  app.get('/x/:address{.+}', (c) =>
    withExchange(c, ui, (found) => {
      const { cassette, session, exchange } = found;
      const list = trafficUrl({
        cassette: cassette.name,
        session: session.name,
        from: Math.floor(exchange.position / 200) * 200,
        at: exchange.position,
      });
      return renderPage(
        c,
        ui,
        { title: visible(`${exchange.request.method} ${exchange.request.target}`), section: 'traffic', width: 'wide' },
        <div class="exchange-page">
          <nav class="crumbs" aria-label="Where this is">
            <a href="/">Cassettes</a>
            <a href={list}>
              {cassette.name} / {session.name}
            </a>
            <span>{exchange.position}</span>
          </nav>
          {exchangeArticle({
            ...found,
            whole: c.req.query('whole'),
            messagesFrom: Number(c.req.query('messages')) || 0,
            writer: writerOf(found.reader),
            why: whyOf(c, ui, found),
          })}
        </div>,
      );
    }),
  );

  app.get('/body/:side{request|response}/:address{.+}', (c) => {
    const cassette = cassetteOf(c, ui);
    // Streams outlive this function: the reader is closed by whoever ends the stream.
    const reader = CassetteReader.open(cassette.path);
    try {
      const { exchange } = lookUp(c, reader);
      const message = c.req.param('side') === 'request' ? exchange.request : responseOf(exchange.outcome);
      if (message === undefined) throw new AppError('EXCHANGE_MISSING', missingValues(c));
      c.header('Content-Security-Policy', recordedContentPolicy);
      if (c.req.query('download') !== undefined) return download(c, reader, message);
      const answer = picture(c, reader, message);
      reader.close();
      return answer;
    } catch (thrown) {
      reader.close();
      throw thrown;
    }
  });
}

function withExchange(c: Context, ui: UiContext, work: (found: Found) => Response | Promise<Response>) {
  const cassette = cassetteOf(c, ui);
  return readCassette(cassette, (reader) => work({ reader, cassette, ...lookUp(c, reader) }));
}

function missingValues(c: Context): { selector: string; cassette: string } {
  const text = c.req.param('address') ?? '';
  return { selector: text, cassette: parseAddress(text)?.cassette ?? 'CASSETTE' };
}

function cassetteOf(c: Context, ui: UiContext): KnownCassette {
  const address = parseAddress(c.req.param('address') ?? '');
  if (!address) throw new AppError('EXCHANGE_MISSING', missingValues(c));
  return ui.library.named(address.cassette);
}

function lookUp(c: Context, reader: CassetteReader): { session: Session; exchange: Exchange } {
  const address = parseAddress(c.req.param('address') ?? '')!;
  const session = reader.session(address.session);
  const exchange = reader.exchange(session.id, address.position);
  if (!exchange) throw new AppError('EXCHANGE_MISSING', missingValues(c));
  return { session, exchange };
}

/** The stored bytes as a neutral file: never under the type they were recorded with. */
function download(c: Context, reader: CassetteReader, message: RequestFacts | ResponseFacts): Response {
  const chunks = reader.bodyChunks(message.body.sha256);
  const close = (): void => {
    chunks.return?.();
    reader.close();
  };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      try {
        const next = chunks.next();
        if (!next.done) return controller.enqueue(next.value);
        close();
        controller.close();
      } catch (thrown) {
        close();
        controller.error(thrown);
      }
    },
    cancel: close,
  });
  const name = `${(c.req.param('address') ?? '').replace(/[^\w.-]+/g, '-')}-${c.req.param('side')}.bin`;
  return c.body(stream, 200, {
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename="${name}"`,
    'Content-Length': String(message.body.sizeBytes),
  });
}

/** The body as a picture, if its bytes say that it is one. */
function picture(c: Context, reader: CassetteReader, message: RequestFacts | ResponseFacts): Response {
  const found = recordedPicture(message, (sha256) => reader.body(sha256));
  if (!found) return c.text('this body is not a picture; add ?download to save it\n', 415);
  return c.body(found.bytes, 200, { 'Content-Type': found.type });
}
