import type { Context } from 'hono';
import { html } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { localPath } from './request-values.ts';

export interface Problem {
  readonly status: ContentfulStatusCode;
  readonly title: string;
  readonly text: string;
  readonly hint: string;
  /** Path to try again. */
  readonly retry: string;
}

/** A page that says what is wrong and what to do next, with nothing on it that needs the token. */
export function problemPage(c: Context, problem: Problem): Response | Promise<Response> {
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${problem.title} · Retake`}</title>
        <link rel="icon" href="/client/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/client/styles.css" />
      </head>
      <body>
        <main class="reading">
          <div class="empty">
            <h1>{problem.title}</h1>
            <p>{problem.text}</p>
            <p>{problem.hint}</p>
            <a class="button" href={localPath(problem.retry)}>
              Load again
            </a>
          </div>
        </main>
      </body>
    </html>
  );
  return c.html(html`<!doctype html>${page}`, problem.status);
}
