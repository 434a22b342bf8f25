import type { FieldName } from '../compare/invariants/claim.ts';
import type { Renames } from '../compare/renames.ts';
import { isDistinctive, isIdentityName } from '../model/identity.ts';
import { placeholder, templateSegments } from '../model/path-template.ts';
import type { Rename } from '../model/run.ts';
import { decodeComponent, queryParameters } from '../model/url-text.ts';

/** Parameters of one request that are looked at. */
const maxParameters = 20;

/** Longer ones are cursors and filters, which nobody answers with. */
const maxValueLength = 200;

/** A value of a request, and what it is the value of, as renamings want to know it. */
interface RequestValue {
  readonly field: FieldName;
  readonly value: string;
  readonly path: readonly string[];
}

/**
 * What a request asks for: `path 2` where its template has an identifier there, `query page` for parameters that come
 * once.
 */
export function requestContext(target: string, template: string): ReadonlyMap<FieldName, string> {
  return new Map(valuesIn(target, template).map(({ field, value }) => [field, value]));
}

/**
 * The same in a run: with the values that the recorded ones are called there. What may be several is left out, and what
 * was not sent so: a value that was renamed without being carried, a secret that has a pseudonym here.
 */
export function renamedContext(
  target: string,
  template: string,
  { renames, sentTarget }: { readonly renames: Renames; readonly sentTarget: string | undefined },
): ReadonlyMap<FieldName, string> {
  const context = mapped(target, template, ({ value, path }) => renames.freshOf(value, path));
  if (sentTarget === undefined) return context;
  const sent = requestContext(sentTarget, template);
  return new Map([...context].filter(([field, value]) => sent.get(field) === value));
}

/** The same of the run that a baseline was accepted from. */
export function baselineContext(
  target: string,
  template: string,
  renames: readonly Rename[],
): ReadonlyMap<FieldName, string> {
  return mapped(target, template, ({ value }) =>
    renames.filter(([recorded]) => recorded === value).map(([, fresh]) => fresh),
  );
}

function mapped(
  target: string,
  template: string,
  freshOf: (value: RequestValue) => readonly string[],
): ReadonlyMap<FieldName, string> {
  const context = new Map<FieldName, string>();
  for (const value of valuesIn(target, template)) {
    const names = isRenamed(value) ? freshOf(value) : [];
    if (names.length < 2) context.set(value.field, names[0] ?? value.value);
  }
  return context;
}

/** As in comparisons: a short number is a name only where an identifier stands. */
function isRenamed({ field, value, path }: RequestValue): boolean {
  return isDistinctive(value) || field.startsWith('path ') || isIdentityName(path.at(-1)!);
}

function valuesIn(target: string, template: string): RequestValue[] {
  const segments = templateSegments(target);
  const values: RequestValue[] = [];
  for (const [index, part] of templateSegments(template).entries()) {
    if (part !== placeholder || segments[index] === undefined) continue;
    const value = decodeComponent(segments[index]);
    values.push({ field: `path ${index + 1}`, value, path: [segments[index - 1] ?? '', 'id'] });
  }
  const parameters = Map.groupBy(queryParameters(target).slice(0, maxParameters), ({ name }) => name);
  for (const [name, all] of parameters) {
    if (all.length === 1) values.push({ field: `query ${name}`, value: all[0]!.value, path: [name] });
  }
  return values.filter(({ value }) => value !== '' && value.length <= maxValueLength);
}
