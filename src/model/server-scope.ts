import type { RuleScope } from './match-rule.ts';
import { formatScope, type ParsedScope, parseScope } from './rule-scope.ts';

/**
 * A scope in which a server may stand before the path: `GET //api.test/search`, `* //api.test`; else as `parseScope`. A
 * path that itself begins with `//` cannot be written.
 */
export function parseServerScope(text: string): ParsedScope {
  const [whole, method, host, path] = /^\s*(\S+)\s+\/\/([^/\s]*)(\/\S*)?\s*$/.exec(text) ?? [];
  const parsed = parseScope(whole === undefined ? text : `${method}${path === undefined ? '' : ` ${path}`}`);
  if (parsed.kind === 'problem') return parsed;
  if (host === '') return { kind: 'problem', problem: 'no server is named behind //' };
  const names = new Set<string>();
  for (const segment of parsed.scope.path ?? []) {
    const name = variableOf(segment);
    if (name === undefined) continue;
    if (names.has(name)) return { kind: 'problem', problem: `{${name}} stands twice in the path` };
    names.add(name);
  }
  return host === undefined ? parsed : { kind: 'scope', scope: { ...parsed.scope, host: host.toLowerCase() } };
}

/** As `parseServerScope` reads it. */
export function formatServerScope(scope: RuleScope): string {
  const { method, host, path } = scope;
  return host === undefined
    ? formatScope(scope)
    : `${method} //${host}${path === undefined ? '' : `/${path.join('/')}`}`;
}

/** Is a scope about requests for this server? A host without a port is about every port of it. */
export function isOfServer({ host: wanted }: RuleScope, server: string | undefined): boolean {
  if (wanted === undefined) return true;
  const name = server?.toLowerCase() ?? '';
  return name === wanted || (name.startsWith(`${wanted}:`) && /^:\d+$/.test(name.slice(wanted.length)));
}

/** The name of a `{name}` segment. */
export function variableOf(segment: string): string | undefined {
  return segment.startsWith('{') && segment.endsWith('}') ? segment.slice(1, -1) : undefined;
}
