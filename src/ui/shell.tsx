import type { Child } from 'hono/jsx';
import { visible } from '../base/log.ts';
import type { LiveStatus } from '../model/live.ts';
import { Icon, type IconName } from '../views/icon.tsx';
import { formatCount } from '../views/quantities.ts';
import type { AssetUrls } from './assets.ts';
import { missesUrl } from './links.ts';
import { HelpDialog } from './help-dialog.tsx';

export type Section = 'home' | 'traffic' | 'runs' | 'review' | 'none';
export type Theme = 'auto' | 'light' | 'dark';

export interface ShellProps {
  readonly title: string;
  readonly section: Section;
  readonly theme: Theme;
  readonly assets: AssetUrls;
  /** Path and query of this page: where a plain form comes back to. */
  readonly here: string;
  readonly live: LiveStatus | undefined;
  readonly folder: string;
  /** `wide` gives the page the whole window. */
  readonly width: 'reading' | 'wide';
  readonly children?: Child;
}

const sections: readonly {
  readonly id: Section;
  readonly label: string;
  readonly href: string;
  readonly keys: string;
}[] = [
  { id: 'home', label: 'Cassettes', href: '/', keys: 'g h' },
  { id: 'traffic', label: 'Traffic', href: '/traffic', keys: 'g t' },
  { id: 'runs', label: 'Runs', href: '/runs', keys: 'g r' },
  { id: 'review', label: 'Review', href: '/review', keys: 'g v' },
];

/** The frame of every page: navigation above, state below, the page's own content between. */
export function Shell(props: ShellProps) {
  return (
    <html lang="en" data-theme={props.theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${props.title} · Retake`}</title>
        <link rel="icon" href={props.assets.icon} type="image/svg+xml" />
        <link rel="stylesheet" href={props.assets.styles} />
        <script src={props.assets.script} defer data-worker={props.assets.worker}></script>
      </head>
      <body>
        <a class="skip-link" href="#page">
          Skip to the content
        </a>
        <header class="top-bar">
          <a class="brand" href="/" aria-label="Retake, home">
            <Mark />
            <span>Retake</span>
          </a>
          <nav aria-label="Main">
            {sections.map(({ id, label, href, keys }) => (
              <a href={href} aria-current={id === props.section ? 'page' : undefined} aria-keyshortcuts={keys}>
                {label}
              </a>
            ))}
          </nav>
          <div class="top-bar-end">
            <LiveBadge live={props.live} />
            <a
              class="icon-button"
              href="/help"
              data-opens="help"
              aria-label="Keyboard help"
              aria-keyshortcuts="?"
              title="Keyboard help  ?"
            >
              <span aria-hidden="true">?</span>
            </a>
            <ThemeButton theme={props.theme} here={props.here} />
          </div>
        </header>
        <main id="page" class={props.width} tabindex={-1}>
          {props.children}
        </main>
        <StatusLine live={props.live} folder={props.folder} />
        <HelpDialog />
        <div id="announcer" class="visually-hidden" aria-live="polite"></div>
      </body>
    </html>
  );
}

/** A cassette reel that is also the arrow of "again". */
function Mark() {
  return (
    <svg class="mark" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      <path
        d="M16.6 7.2A7.3 7.3 0 1 0 17.3 10"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
      />
      <path
        d="M17.2 2.9v4.6h-4.6"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
      <circle cx="10" cy="10" r="2.9" fill="currentColor" />
    </svg>
  );
}

const modeWords = { record: 'Recording', replay: 'Replaying', passthrough: 'Passing through' } as const;

function LiveBadge({ live }: { readonly live: LiveStatus | undefined }) {
  return (
    <span id="live-badge">
      {live === undefined ? null : (
        <span class={`live-badge ${live.mode}`}>
          <span class="dot" aria-hidden="true"></span>
          {modeWords[live.mode]}
        </span>
      )}
    </span>
  );
}

const nextTheme: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const themeIcons: Readonly<Record<Theme, IconName>> = { auto: 'auto', light: 'sun', dark: 'moon' };
const themeWords: Readonly<Record<Theme, string>> = { auto: 'as the system', light: 'light', dark: 'dark' };

function ThemeButton({ theme, here }: { readonly theme: Theme; readonly here: string }) {
  const next = nextTheme[theme];
  return (
    <form method="post" action="/settings/theme">
      <input type="hidden" name="theme" value={next} />
      <input type="hidden" name="back" value={here} />
      <button
        class="icon-button"
        aria-label={`Colours: ${themeWords[theme]}. Change to ${themeWords[next]}`}
        title={`Colours: ${themeWords[theme]}`}
      >
        <Icon name={themeIcons[theme]} />
      </button>
    </form>
  );
}

function StatusLine({ live, folder }: { readonly live: LiveStatus | undefined; readonly folder: string }) {
  return (
    <footer class="status-line">
      <span id="status" class="status-facts">
        {live === undefined ? <span>{visible(folder)}</span> : <LiveFacts live={live} />}
      </span>
      <span id="connection" class="connection" data-state="none"></span>
    </footer>
  );
}

export function LiveFacts({ live }: { readonly live: LiveStatus }) {
  return (
    <>
      {live.warning === undefined ? null : <strong class="tone-warn">{visible(live.warning)}</strong>}
      {live.misses > 0 ? (
        <a class="tone-bad" href={missesUrl} aria-keyshortcuts="g m">
          {formatCount(live.misses, 'miss').replace(/misss$/, 'misses')}
        </a>
      ) : null}
      {live.targets.map(({ url, upstream }) => (
        <span>
          <code>{visible(url)}</code>
          {upstream === undefined ? null : (
            <>
              {' → '}
              <code>{visible(upstream)}</code>
            </>
          )}
        </span>
      ))}
      <span>session {visible(live.session)}</span>
      <span>
        {formatCount(live.exchanges, 'exchange')} {live.mode === 'record' ? 'stored' : 'served'}
      </span>
    </>
  );
}
