import { visible, visibleLine } from '../base/log.ts';
import type { NearRecording, PartDifference } from '../model/miss-report.ts';
import type { MissFacts } from '../model/proxy-control.ts';
import { CopyCommand } from '../views/copy-command.tsx';
import { EmptyState } from '../views/empty-state.tsx';
import { Icon } from '../views/icon.tsx';
import { formatCount } from '../views/quantities.ts';
import { missUrl, missesUrl } from './links.ts';

export interface MissesPageProps {
  readonly misses: readonly MissFacts[];
  /** Which one is shown beside the list; undefined: nobody has chosen, so the first. */
  readonly at: number | undefined;
  /** Page of a recorded exchange; undefined where it cannot be opened here. */
  readonly urlOf: (address: string) => string | undefined;
}

/** Distinct misses of the running replay, and one of them explained. */
export function MissesPage({ misses, at, urlOf }: MissesPageProps) {
  const index = at ?? 0;
  const miss = misses[index];
  return (
    <div class={at === undefined ? 'misses' : 'misses has-chosen'} data-refresh="served">
      <h1 id="misses-title" class="visually-hidden">
        Misses of this replay
      </h1>
      <section id="miss-list" class="miss-list" aria-labelledby="misses-title">
        <header class="toolbar">
          <p class="toolbar-title" aria-hidden="true">
            Misses of this replay
          </p>
          <p class="count end">{misses.length}</p>
        </header>
        {misses.length === 0 ? (
          <EmptyState title="Every request was answered">
            <p>Requests without a recording appear here while the replay runs.</p>
          </EmptyState>
        ) : (
          <ol class="miss-rows" data-list="rows" data-keep-scroll="misses" tabindex={-1}>
            {misses.map((one, i) => (
              <MissRow miss={one} index={i} isCurrent={i === at} />
            ))}
          </ol>
        )}
      </section>
      {miss === undefined ? null : <MissDetail miss={miss} index={index} count={misses.length} urlOf={urlOf} />}
    </div>
  );
}

interface MissRowProps {
  readonly miss: MissFacts;
  readonly index: number;
  readonly isCurrent: boolean;
}

function MissRow({ miss: { asked, reason, cause, code, count, lane }, index, isCurrent }: MissRowProps) {
  return (
    <li class="miss-row">
      <a href={missUrl(index)} aria-current={isCurrent ? 'true' : undefined}>
        <span class="miss-asked">
          <span class="method">{visible(asked.method)}</span> <span class="path">{visible(asked.target)}</span>
        </span>
        <span class="miss-why quiet">
          <Words text={cause?.words ?? reason} />
        </span>
        <span class="miss-marks">
          <span class="chip">{code}</span>
          {lane === 'default' ? null : <span class="chip">lane {visible(lane)}</span>}
          {count === 1 ? null : <span class="chip">{count} times</span>}
        </span>
      </a>
    </li>
  );
}

/** Names stand in backticks, as on a terminal. */
function Words({ text }: { readonly text: string }) {
  return (
    <>
      {visibleLine(text)
        .split('`')
        .map((part, i) => (i % 2 === 1 ? <code>{part}</code> : part))}
    </>
  );
}

interface MissDetailProps extends Pick<MissesPageProps, 'urlOf'> {
  readonly miss: MissFacts;
  readonly index: number;
  readonly count: number;
}

const answerWords = {
  error: 'answered with 502',
  forward: 'answered by the real server',
  record: 'answered by the real server, and recorded',
} as const;

function MissDetail({ miss, index, count, urlOf }: MissDetailProps) {
  const { title, reason, cause, cassette, sessions, lane, advice, nearest } = miss;
  return (
    <article id="miss" class="miss" data-index={index} aria-labelledby="miss-title">
      <header class="miss-head">
        <a class="miss-back" href={missesUrl}>
          All misses
        </a>
        <div class="actions">
          <Step index={index > 0 ? index - 1 : undefined} label="Previous miss" keys="[" icon="left" />
          <Step index={index + 1 < count ? index + 1 : undefined} label="Next miss" keys="]" icon="right" />
        </div>
      </header>
      <h2 id="miss-title" tabindex={-1}>
        {visible(title)}
      </h2>
      <p class="facts">
        <span>
          {visible(cassette)}:{sessions.map(visible).join('+')}
        </span>
        <span>lane {visible(lane)}</span>
        <span>{formatCount(miss.count, 'time')}</span>
        <span>{answerWords[miss.answer]}</span>
      </p>
      <p class="miss-reason">
        <Words text={reason} />
      </p>
      {cause === undefined ? null : (
        <p class="notice info">
          <Icon name="search" />
          <span>
            <strong>Likely:</strong> <Words text={cause.words} />
          </span>
        </p>
      )}
      {nearest.length === 0 ? null : (
        <section class="miss-near" aria-labelledby="near-title">
          <h3 id="near-title">{nearest.length === 1 ? 'The nearest recording' : 'The nearest recordings'}</h3>
          <ol>
            {nearest.map((near) => (
              <Near near={near} url={urlOf(near.address)} />
            ))}
          </ol>
        </section>
      )}
      {advice.length === 0 ? null : (
        <section class="miss-advice" aria-labelledby="advice-title">
          <h3 id="advice-title">What helps</h3>
          <ul>
            {advice.map(({ words, command }) => (
              <li>
                <p>{visible(words)}</p>
                {command === undefined ? null : <CopyCommand command={visible(command)} label={`Copy: ${words}`} />}
              </li>
            ))}
          </ul>
        </section>
      )}
    </article>
  );
}

function Step(props: {
  readonly index: number | undefined;
  readonly label: string;
  readonly keys: string;
  readonly icon: 'left' | 'right';
}) {
  const { index, label, keys, icon } = props;
  if (index === undefined) {
    return (
      <span class="icon-button disabled" aria-hidden="true">
        <Icon name={icon} />
      </span>
    );
  }
  return (
    <a
      class="icon-button"
      href={missUrl(index)}
      aria-label={label}
      aria-keyshortcuts={keys}
      title={`${label}  ${keys}`}
    >
      <Icon name={icon} />
    </a>
  );
}

function Near({ near, url }: { readonly near: NearRecording; readonly url: string | undefined }) {
  const { address, method, target, differences } = near;
  return (
    <li class="near">
      <p class="near-line">
        <span class="method">{visible(method)}</span> <span class="path">{visible(target)}</span>{' '}
        {url === undefined ? <span class="quiet">{visible(address)}</span> : <a href={url}>{visible(address)}</a>}
      </p>
      <ul class="near-differences">
        {differences.map((difference) => (
          <DifferenceRow difference={difference} />
        ))}
      </ul>
    </li>
  );
}

function DifferenceRow({ difference }: { readonly difference: PartDifference }) {
  const { part, name, recorded, incoming, words } = difference;
  if (recorded === undefined && incoming === undefined) return <li class="near-difference">{visibleLine(words)}</li>;
  const [head, tail] = commonEnds(recorded, incoming);
  return (
    <li class="near-difference">
      <span class="near-place">{visibleLine(name === '' ? part : `${part} ${name}`)}</span>
      <span class="near-values">
        <Side sign="−" word="recorded" text={recorded} absent="not recorded" ends={[head, tail]} />
        <Side sign="+" word="incoming" text={incoming} absent="not in this request" ends={[head, tail]} />
      </span>
    </li>
  );
}

function Side(props: {
  readonly sign: '−' | '+';
  readonly word: 'recorded' | 'incoming';
  readonly text: string | undefined;
  readonly absent: string;
  readonly ends: readonly [head: number, tail: number];
}) {
  const { sign, word, text, absent, ends } = props;
  const [head, tail] = ends;
  return (
    <span class={`near-side ${word}`}>
      <span class="visually-hidden">{word} </span>
      <span class="near-sign" aria-hidden="true">
        {sign}
      </span>
      {text === undefined ? (
        <span class="quiet">{absent}</span>
      ) : (
        <code>
          {visibleLine(text.slice(0, head))}
          <mark>{visibleLine(text.slice(head, text.length - tail))}</mark>
          {visibleLine(text.slice(text.length - tail))}
        </code>
      )}
    </span>
  );
}

/** How many characters two texts share at the beginning and, of the rest, at the end. */
function commonEnds(a = '', b = ''): readonly [head: number, tail: number] {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  return [head, tail];
}
