import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type Section, Shell, type Theme } from './shell.tsx';
import type { UiContext } from './ui-context.ts';

export interface PageFacts {
  readonly title: string;
  readonly section: Section;
  readonly width?: 'reading' | 'wide';
  readonly status?: ContentfulStatusCode;
}

export const themeCookie = 'retake_theme';

export function isTheme(text: string | undefined): text is Theme {
  return text === 'auto' || text === 'light' || text === 'dark';
}

/** One whole page in the frame. */
export function renderPage(c: Context, ui: UiContext, facts: PageFacts, body: Child): Response | Promise<Response> {
  const theme = getCookie(c, themeCookie);
  const url = new URL(c.req.url);
  const shell = (
    <Shell
      title={facts.title}
      section={facts.section}
      theme={isTheme(theme) ? theme : 'auto'}
      assets={ui.assets().urls}
      here={`${url.pathname}${url.search}`}
      live={ui.options.feed?.status()}
      folder={ui.options.folder}
      width={facts.width ?? 'reading'}
    >
      {body}
    </Shell>
  );
  return c.html(html`<!doctype html>${shell}`, facts.status ?? 200);
}
