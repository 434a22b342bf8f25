import type { JsonValue } from '../model/json-value.ts';
import type { Difference, DifferencePart } from '../model/verdict.ts';
import { compareJson } from './compare-json.ts';
import type { Comparison } from './comparison.ts';
import { DifferenceList } from './difference-list.ts';
import { jsonPreview } from './json-equal.ts';
import type { StreamItem } from './stream-items.ts';

/**
 * Items as the elements of two arrays, found and paired as in JSON. A stream that has become unreadable or ends inside
 * of an item is broken in any case: an item too many would only be an addition.
 */
export function compareItems(
  before: readonly StreamItem[],
  after: readonly StreamItem[],
  comparison: Comparison & { readonly part?: DifferencePart },
): Difference[] {
  const differences = compareJson(documentOf(before), documentOf(after), comparison);
  if (before.some(({ problem }) => problem !== undefined)) return differences;
  const index = after.findIndex(({ problem }) => problem !== undefined);
  if (index === -1 || differences.some(({ path, severity }) => severity === 'broken' && path === `/${index}`)) {
    return differences;
  }
  const { value, problem } = after[index]!;
  const found = new DifferenceList(comparison.part ?? 'body', comparison.rulings);
  const place = { path: `/${index} (unreadable)`, pattern: '/* (unreadable)' };
  found.add(
    { ...place, kind: 'type', severity: 'broken', after: jsonPreview(value), note: problem! },
    { keys: [index], after: value },
  );
  return [...differences, ...found.list()];
}

export function valuesOf(items: readonly StreamItem[]): JsonValue[] {
  return items.map(({ value }) => value);
}

function documentOf(items: readonly StreamItem[]) {
  return {
    value: valuesOf(items),
    shadowed: items.flatMap(({ shadowed }, index) =>
      shadowed.map((one) => ({ ...one, pointer: `/${index}${one.pointer}` })),
    ),
  };
}
