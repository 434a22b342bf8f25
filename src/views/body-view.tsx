import type { Child } from 'hono/jsx';
import { visible } from '../base/log.ts';
import type { RedactedSlot } from '../model/flow.ts';
import { RedactedMark } from './header-table.tsx';
import { hexDump } from './hex-dump.ts';
import { Icon } from './icon.tsx';
import type { JsonLayout } from './json-tokens.ts';
import { formatCount, formatSize } from './quantities.ts';

/** What can be shown of a body, prepared by whoever holds its bytes. */
export type BodyContent =
  | { readonly kind: 'empty' }
  | { readonly kind: 'json'; readonly layout: JsonLayout }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'form'; readonly fields: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: 'image'; readonly type: string; readonly url: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

export interface BodyViewProps {
  readonly label: string;
  readonly content: BodyContent;
  /** Media type as the message claims it, without parameters; empty when it says nothing. */
  readonly contentType: string;
  readonly codings: readonly string[];
  readonly storedBytes: number;
  /** After taking the codings off; undefined where that was not done. */
  readonly decodedBytes?: number;
  /** Things a person must know: cut by a limit, not decodable, damaged. */
  readonly warnings: readonly string[];
  /** Set when only the beginning is shown. */
  readonly shownBytes?: number;
  /** The same page with the whole body in it, when it is small enough for that. */
  readonly wholeUrl?: string;
  readonly downloadUrl: string;
  readonly redacted: readonly RedactedSlot[];
}

export function BodyView(props: BodyViewProps) {
  const { content } = props;
  return (
    <section class="body" aria-label={props.label}>
      <div class="body-head">
        <h3>Body</h3>
        {props.contentType === '' ? null : <span class="chip">{visible(props.contentType)}</span>}
        {props.codings.map((coding) => (
          <span class="chip">{visible(coding)}</span>
        ))}
        {content.kind === 'empty' ? null : (
          <>
            <span class="quiet">{sizeWords(props)}</span>
            <a
              class="icon-button end"
              href={props.downloadUrl}
              aria-label={`Download the ${props.label}`}
              title="Download as sent"
            >
              <Icon name="download" />
            </a>
          </>
        )}
      </div>
      {props.warnings.map((warning) => (
        <p class="notice warn">
          <Icon name="warning" />
          <span>{visible(warning)}</span>
        </p>
      ))}
      {props.redacted.length === 0 ? null : (
        <p class="redactions">
          {props.redacted.map((slot) => (
            <span>
              <code>{visible(slot.place.replace(/^json:/, ''))}</code> <RedactedMark slot={slot} />
            </span>
          ))}
        </p>
      )}
      <Content content={content} label={props.label} />
      {props.shownBytes === undefined ? null : (
        <p class="body-more">
          The first {formatSize(props.shownBytes)} are shown.
          {props.wholeUrl === undefined ? null : <a href={props.wholeUrl}>Show all</a>}
          <a href={props.downloadUrl}>Download</a>
        </p>
      )}
    </section>
  );
}

function sizeWords({ storedBytes, decodedBytes, codings }: BodyViewProps): string {
  if (codings.length === 0 || decodedBytes === undefined) return formatSize(storedBytes);
  return `${formatSize(storedBytes)} → ${formatSize(decodedBytes)}`;
}

function Content({ content, label }: { readonly content: BodyContent; readonly label: string }) {
  switch (content.kind) {
    case 'empty':
      return <p class="quiet body-none">No body</p>;
    case 'json':
      return (
        <Code label={label}>
          <JsonLines layout={content.layout} />
        </Code>
      );
    case 'text':
      return <Code label={label}>{visible(content.text)}</Code>;
    case 'form':
      return (
        <table class="headers" aria-label={`${label}, ${formatCount(content.fields.length, 'field')}`}>
          <tbody>
            {content.fields.map(([name, value]) => (
              <tr>
                <th scope="row">{visible(name)}</th>
                <td>{visible(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      );
    case 'image':
      return (
        <div class="picture">
          <img src={content.url} alt={`Recorded picture (${content.type})`} />
        </div>
      );
    case 'bytes':
      break;
  }
  return <Code label={label}>{hexDump(content.bytes)}</Code>;
}

function Code(props: { readonly label: string; readonly children?: Child }) {
  return (
    <pre class="code" tabindex={0} role="region" aria-label={`${props.label}, content`}>
      <code>{props.children}</code>
    </pre>
  );
}

function JsonLines({ layout }: { readonly layout: JsonLayout }) {
  return (
    <>
      {layout.lines.map(({ depth, tokens }) => (
        <>
          {'  '.repeat(depth)}
          {tokens.map(({ kind, text }) =>
            kind === 'mark' ? text : <span class={`json-${kind}`}>{visible(text)}</span>,
          )}
          {'\n'}
        </>
      ))}
    </>
  );
}
