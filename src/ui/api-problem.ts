import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Why the API did not do what it was asked for, and what to do next. */
export interface ApiProblem {
  readonly status: ContentfulStatusCode;
  /** One of the catalogue of errors, or of the API itself. */
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** An error for programs (RFC 9457). */
export function apiProblem(c: Context, { status, code, message, hint }: ApiProblem): Response {
  const body = JSON.stringify({ type: 'about:blank', title: message, status, code, hint });
  return c.body(body, status, { 'Content-Type': 'application/problem+json' });
}
