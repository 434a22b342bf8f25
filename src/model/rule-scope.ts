import type { RuleScope } from './match-rule.ts';

/** A scope as written, or why it is none. */
export type ParsedScope =
  | { readonly kind: 'scope'; readonly scope: RuleScope }
  | { readonly kind: 'problem'; readonly problem: string };

/** What a person may write, for hints. */
export const scopeExamples = 'GET /orders/{id}, POST /pay, * /api/**, or * for every request';

const methodPattern = /^(?:\*|[A-Z0-9!#$%&'+.^_`|~-]+)$/;

/** Reads `GET /orders/{id}/items`, `* /api/**`, `POST`, `*`. */
export function parseScope(text: string): ParsedScope {
  const [method = '', path, ...rest] = text.trim().split(/\s+/);
  if (method === '') return problem('there is no method');
  if (rest.length > 0) return problem(`${JSON.stringify(text.trim())} is more than a method and a path`);
  if (method.startsWith('/')) return problem(`there is no method before ${method}: write * ${method} for all of them`);
  if (!methodPattern.test(method)) {
    const isWord = /^[A-Za-z]+$/.test(method);
    const advice = isWord ? `: write ${method.toUpperCase()}` : '';
    return problem(`${JSON.stringify(method)} is no method${advice}`);
  }
  if (path === undefined) return { kind: 'scope', scope: { method, path: undefined } };
  if (!path.startsWith('/')) return problem(`the path ${JSON.stringify(path)} does not begin with a slash`);
  if (/[?#]/.test(path)) return problem(`the path ${JSON.stringify(path)} holds more than a path`);
  const segments = path.slice(1).split('/');
  for (const [index, segment] of segments.entries()) {
    if (segment === '**' && index < segments.length - 1) return problem('** stands for the rest, so it must be last');
    const isPattern = segment === '*' || segment === '**' || /^\{[^{}*]+\}$/.test(segment);
    if (!isPattern && /[*{}]/.test(segment)) {
      return problem(`the segment ${JSON.stringify(segment)} mixes text and a pattern`);
    }
  }
  return { kind: 'scope', scope: { method, path: segments } };
}

function problem(words: string): ParsedScope {
  return { kind: 'problem', problem: words };
}

/** As `parseScope` reads it. */
export function formatScope({ method, path }: RuleScope): string {
  return path === undefined ? method : `${method} /${path.join('/')}`;
}

/** Segments of a request's path; what is behind `?` is no part of it. Undefined for `*` and other targets without one. */
export function pathSegments(target: string): readonly string[] | undefined {
  if (!target.startsWith('/')) return undefined;
  const end = target.search(/[?#]/);
  return target.slice(1, end === -1 ? undefined : end).split('/');
}

/** Is the scope about a request of this method and path? Escapes mean the letters they stand for. */
export function isInScope(scope: RuleScope, method: string, segments: readonly string[] | undefined): boolean {
  if (scope.method !== '*' && scope.method !== method) return false;
  const { path } = scope;
  if (path === undefined) return true;
  if (segments === undefined) return false;
  const isOpen = path.at(-1) === '**';
  const fixed = isOpen ? path.length - 1 : path.length;
  if (isOpen ? segments.length < fixed : segments.length !== fixed) return false;
  for (let i = 0; i < fixed; i += 1) if (!segmentFits(path[i]!, segments[i]!)) return false;
  return true;
}

function segmentFits(template: string, segment: string): boolean {
  if (template === '*' || template.startsWith('{')) return segment !== '';
  return template === segment || (/%/.test(template + segment) && decoded(template) === decoded(segment));
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
