import { AppError } from '../base/errors.ts';
import { matchesGlob } from '../model/address.ts';
import { mediaType } from '../model/content-shape.ts';
import type { RawHeaders } from '../model/headers.ts';

type PatternKind = 'host' | 'path' | 'method' | 'type';

interface Pattern {
  readonly kind: PatternKind;
  readonly glob: string;
}

/** Decides what is stored, never what is forwarded. */
export interface RecordFilter {
  readonly admitsRequest: (request: {
    readonly host: string;
    readonly method: string;
    readonly target: string;
  }) => boolean;
  /** Undefined when no pattern looks at the response. */
  readonly admitsResponse: ((headers: RawHeaders) => boolean) | undefined;
}

/**
 * Patterns `host:`, `path:`, `method:`, `type:` with a glob; a bare one is a path. An exchange is stored when, for each
 * kind that is included at all, one of its patterns fits, and no excluding one does. Throws USAGE.
 */
export function parseRecordFilter(include: readonly string[], exclude: readonly string[]): RecordFilter {
  const included = include.map(parsePattern);
  const excluded = exclude.map(parsePattern);
  const looksAtType = [...included, ...excluded].some(({ kind }) => kind === 'type');
  const admits = (kind: PatternKind, value: string): boolean => {
    const wanted = included.filter((pattern) => pattern.kind === kind);
    if (wanted.length > 0 && !wanted.some((pattern) => fits(pattern, value))) return false;
    return !excluded.some((pattern) => pattern.kind === kind && fits(pattern, value));
  };
  const takesAll = included.length === 0 && excluded.length === 0;
  return {
    admitsRequest: ({ host, method, target }) =>
      takesAll || (admits('host', host) && admits('method', method) && admits('path', target)),
    admitsResponse: looksAtType ? (headers) => admits('type', mediaType(headers)) : undefined,
  };
}

function parsePattern(text: string): Pattern {
  const found = /^([a-z]+):(.*)$/is.exec(text);
  const kind = found?.[1]?.toLowerCase();
  if (found === null || text.startsWith('/')) return { kind: 'path', glob: text };
  if (kind === 'method') return { kind, glob: found[2]!.toUpperCase() };
  if (kind === 'host' || kind === 'type') return { kind, glob: found[2]!.toLowerCase() };
  if (kind === 'path') return { kind, glob: found[2]! };
  throw new AppError('USAGE', {
    problem: `pattern ${text} begins with ${found[1]}:, which is not one of host:, path:, method:, type:`,
    hint: 'write for example path:/api/** or type:image/*',
  });
}

/** A path pattern without `?` looks at the path alone. */
function fits({ kind, glob }: Pattern, value: string): boolean {
  if (kind !== 'path' || glob.includes('?')) return matchesGlob(value, glob);
  const question = value.indexOf('?');
  return matchesGlob(question === -1 ? value : value.slice(0, question), glob);
}
