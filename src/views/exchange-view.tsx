import type { Child } from 'hono/jsx';
import { visible } from '../base/log.ts';
import { type Exchange, type ResponseFacts, responseOf } from '../model/exchange.ts';
import type { RedactedSlot } from '../model/flow.ts';
import { BodyView, type BodyViewProps } from './body-view.tsx';
import { CopyButton } from './copy-command.tsx';
import { HeaderTable } from './header-table.tsx';
import { Icon } from './icon.tsx';
import { MessageList, type MessageListProps } from './message-list.tsx';
import { OutcomeStatus } from './outcome-status.tsx';
import { failureWords, statusTone } from './outcome-words.ts';
import { formatClock, formatDateTime, formatSize } from './quantities.ts';
import { TimingBar } from './timing-bar.tsx';

export interface ExchangeViewProps {
  readonly address: string;
  readonly exchange: Exchange;
  /** Origin of the server, where a session may have several. */
  readonly server: string | undefined;
  /** Of an exchange without an outcome: is one still to come, or was its recorder killed? */
  readonly ending: 'to come' | 'lost';
  readonly slots: readonly RedactedSlot[];
  readonly requestBody: BodyViewProps;
  /** Undefined while there is no response head. */
  readonly responseBody: BodyViewProps | undefined;
  /** What passed while it went on, for streams and conversations. */
  readonly messages: MessageListProps | undefined;
  readonly curl: string;
  readonly previousUrl: string | undefined;
  readonly nextUrl: string | undefined;
  /** Why a replay served it, when it is looked at as an answer. */
  readonly why: Child | undefined;
  /** Its page, for opening it from a pane. */
  readonly pageUrl: string;
}

/** One exchange: the line that names it, what went wrong if anything did, then request and response side by side. */
export function ExchangeView(props: ExchangeViewProps) {
  const { exchange } = props;
  const { request, outcome } = exchange;
  const response = responseOf(outcome);
  const side = (name: RedactedSlot['side']): RedactedSlot[] => props.slots.filter((slot) => slot.side === name);
  return (
    <article id="exchange" class="exchange" data-address={props.address} aria-labelledby="exchange-title">
      <header class="exchange-head">
        <div class="exchange-line">
          <h1 id="exchange-title" tabindex={-1}>
            <span class="method">{visible(request.method)}</span> <span class="target">{visible(request.target)}</span>
          </h1>
          <ExchangeActions {...props} />
        </div>
        <p class="facts">
          <OutcomeStatus
            {...(response && outcome?.kind === 'response' ? { status: response.status } : {})}
            {...(outcome?.kind === 'failure' ? { failure: outcome.code } : {})}
            {...(outcome === undefined && props.ending === 'lost' ? { failure: 'interrupted' } : {})}
          />
          {exchange.durationMs === undefined ? null : (
            <TimingBar firstByteMs={exchange.firstByteMs} durationMs={exchange.durationMs} />
          )}
          <time datetime={new Date(exchange.startedAt).toISOString()}>
            {formatDateTime(exchange.startedAt).slice(0, 10)} {formatClock(exchange.startedAt)}
          </time>
          {props.server === undefined ? null : <span class="chip">{visible(props.server)}</span>}
          <a class="address" href={props.pageUrl}>
            {visible(props.address)}
          </a>
        </p>
      </header>
      <OutcomeNotice exchange={exchange} ending={props.ending} />
      {props.why}
      <div class="sides">
        <section class="side" aria-label="Request">
          <h2>
            Request <span class="quiet">{sizeOf(request.body.sizeBytes)}</span>
          </h2>
          <p class="start-line">{visible(`${request.method} ${request.target} HTTP/${request.httpVersion}`)}</p>
          <HeaderTable label="Request headers" headers={request.headers} redacted={side('request')} />
          <Trailers headers={request.trailers} label="Request trailers" />
          <BodyView {...props.requestBody} />
        </section>
        <section class="side" aria-label="Response">
          <h2>
            Response <span class="quiet">{response ? sizeOf(response.body.sizeBytes) : ''}</span>
          </h2>
          {response === undefined || props.responseBody === undefined ? (
            <p class="quiet body-none">{outcome === undefined ? 'No response yet' : 'No response arrived'}</p>
          ) : (
            <Response response={response} body={props.responseBody} slots={side('response')} />
          )}
        </section>
      </div>
      {props.messages === undefined ? null : <MessageList {...props.messages} />}
    </article>
  );
}

function sizeOf(sizeBytes: number): string {
  return sizeBytes === 0 ? '' : formatSize(sizeBytes);
}

function ExchangeActions({ curl, previousUrl, nextUrl }: ExchangeViewProps) {
  return (
    <div class="actions">
      <CopyButton text={curl} label="Copy as curl" keys="y" look="button" />
      <Step url={previousUrl} label="Previous exchange" keys="[" icon="left" />
      <Step url={nextUrl} label="Next exchange" keys="]" icon="right" />
    </div>
  );
}

function Step(props: {
  readonly url: string | undefined;
  readonly label: string;
  readonly keys: string;
  readonly icon: 'left' | 'right';
}) {
  if (props.url === undefined) {
    return (
      <span class="icon-button disabled" aria-hidden="true">
        <Icon name={props.icon} />
      </span>
    );
  }
  return (
    <a
      class="icon-button"
      href={props.url}
      data-step={props.icon}
      aria-label={props.label}
      aria-keyshortcuts={props.keys}
      title={`${props.label}  ${props.keys}`}
    >
      <Icon name={props.icon} />
    </a>
  );
}

function Response(props: {
  readonly response: ResponseFacts;
  readonly body: BodyViewProps;
  readonly slots: readonly RedactedSlot[];
}) {
  const { response } = props;
  return (
    <>
      {response.informational.map(({ status, headers }) => (
        <>
          <p class="start-line quiet">{`HTTP/${response.httpVersion} ${status} (before the response)`}</p>
          <HeaderTable label={`Headers of the ${status} response`} headers={headers} redacted={[]} />
        </>
      ))}
      <p class="start-line">
        {`HTTP/${response.httpVersion} `}
        <span class={`tone-${statusTone(response.status)}`}>{response.status}</span> {visible(response.reason)}
      </p>
      <HeaderTable label="Response headers" headers={response.headers} redacted={props.slots} />
      <Trailers headers={response.trailers} label="Response trailers" />
      <BodyView {...props.body} />
    </>
  );
}

function Trailers(props: { readonly headers: readonly string[]; readonly label: string }) {
  if (props.headers.length === 0) return null;
  return (
    <>
      <h3>Trailers</h3>
      <HeaderTable label={props.label} headers={props.headers} redacted={[]} />
    </>
  );
}

function OutcomeNotice({ exchange, ending }: Pick<ExchangeViewProps, 'exchange' | 'ending'>) {
  const { outcome } = exchange;
  if (outcome === undefined && ending === 'lost') {
    return (
      <Notice tone="bad" title={failureWords('interrupted').sentence}>
        How it would have ended is not known.
      </Notice>
    );
  }
  if (outcome === undefined) {
    return (
      <Notice tone="info" title="Still running">
        The response has not ended. Load the page again to see more of it.
      </Notice>
    );
  }
  if (outcome.kind === 'response') return null;
  return (
    <Notice tone="bad" title={failureWords(outcome.code).sentence}>
      {outcome.message === '' ? null : <code>{visible(outcome.message)}</code>}{' '}
      {outcome.response === undefined ? 'No response head arrived.' : 'What had arrived until then is shown below.'}
    </Notice>
  );
}

function Notice(props: { readonly tone: 'info' | 'bad'; readonly title: string; readonly children?: Child }) {
  return (
    <div class={`notice ${props.tone}`}>
      <Icon name="warning" />
      <div>
        <p>
          <strong>{props.title}</strong>
        </p>
        <p>{props.children}</p>
      </div>
    </div>
  );
}
