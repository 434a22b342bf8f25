import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

export interface Problem {
  readonly status: ContentfulStatusCode;
  readonly title: string;
  readonly text: string;
  readonly hint?: string;
  /** Local path to try again. */
  readonly retry?: string;
}

/** A page that says what is wrong and what to do next, without anything that needs the token. */
export function problemPage(c: Context, problem: Problem): Response | Promise<Response> {
  return c.html(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{problem.title} · Retake</title>
      </head>
      <body>
        <main>
          <h1>{problem.title}</h1>
          <p>{problem.text}</p>
          {problem.hint === undefined ? null : <p>{problem.hint}</p>}
          {problem.retry === undefined ? null : <a href={problem.retry}>Load again</a>}
        </main>
      </body>
    </html>,
    problem.status,
  );
}
