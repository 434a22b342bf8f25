import { decodeContent } from './content-coding.ts';
import { type ContentShape, contentShape } from './content-shape.ts';
import { cookieValues } from './cookies.ts';
import { headerValue, type RawHeaders } from './headers.ts';
import { jsonPathPlaces } from './json-path.ts';
import type { CompiledRule } from './match-rule-set.ts';
import { multipartFields } from './multipart.ts';
import { formParameters, queryParameters } from './url-text.ts';

/** A request as far as rules look at it. */
export interface TouchedRequest {
  readonly target: string;
  readonly headers: RawHeaders;
  readonly hasBody: boolean;
  /** What the body is made of; asked for only by rules that look into it. */
  readonly shape: () => ContentShape;
}

/** Has a request, which a rule is about, what the rule speaks of? A rule that touches nothing is most likely mistyped. */
export function isTouched(request: TouchedRequest, rule: CompiledRule): boolean {
  if (rule.rule.action === 'treat') return true;
  const { place } = rule.rule;
  switch (place.kind) {
    case 'method':
    case 'authority':
    case 'path':
    case 'segment':
      return true;
    case 'body':
      return request.hasBody;
    case 'query': {
      const names = queryParameters(request.target).map(({ name }) => name);
      return 'name' in place ? names.includes(place.name) : names.length > 0;
    }
    case 'header':
      return headerValue(request.headers, place.name) !== undefined;
    case 'cookie':
      return cookieValues(request.headers, place.name).length > 0;
    case 'form':
      return formNames(request.shape()).includes(place.name);
    case 'json': {
      const found = request.shape();
      return found.kind === 'json' && rule.jsonPath !== undefined && jsonPathPlaces(rule.jsonPath, found).length > 0;
    }
    default:
      return place satisfies never;
  }
}

/** A body read when it is first asked for. `body` as on the wire; undefined: none, or too large to look into. */
export function lazyShape(headers: RawHeaders, body: () => Buffer | undefined): () => ContentShape {
  let shape: ContentShape | undefined;
  return () => (shape ??= readShape(headers, body()));
}

function readShape(headers: RawHeaders, body: Buffer | undefined): ContentShape {
  if (body === undefined) return { kind: 'bytes' };
  const decoded = decodeContent(headers, body);
  return contentShape(headers, decoded.ok ? decoded.content : body);
}

function formNames(shape: ContentShape): string[] {
  if (shape.kind === 'form') return formParameters(shape.text).map(({ name }) => name);
  return shape.kind === 'multipart' ? multipartFields(shape.text, shape.boundary).map(({ name }) => name) : [];
}
