import type { JsonValue } from '../model/json-value.ts';
import { formParameters } from '../model/url-text.ts';
import type { BodyFormat } from './body-format.ts';
import { compareJson } from './compare-json.ts';
import type { Content } from './content.ts';

/** Forms by name: `{"name": "value"}`, an array where a name stands several times on either side. */
export const formFormat: BodyFormat = {
  name: 'form',
  read: (baseline, fresh) => {
    const before = fieldsOf(baseline);
    const after = before && fieldsOf(fresh);
    if (!before || !after) return undefined;
    const repeated = new Set([...before, ...after].filter(([, values]) => values.length > 1).map(([name]) => name));
    const values = { baseline: valueOf(before, repeated), fresh: valueOf(after, repeated) };
    const [first, second] = [values.baseline, values.fresh].map((value) => ({ value, shadowed: [] }));
    return { values, shownAs: 'values', compare: (comparison) => compareJson(first!, second!, comparison) };
  },
};

type Fields = ReadonlyMap<string, readonly string[]>;

function fieldsOf(content: Content): Fields | undefined {
  if (content.kind !== 'text' || content.contentType !== 'application/x-www-form-urlencoded') return undefined;
  const fields = new Map<string, string[]>();
  for (const { name, value } of formParameters(content.text.trim())) {
    const known = fields.get(name);
    if (known) known.push(value);
    else fields.set(name, [value]);
  }
  return fields;
}

function valueOf(fields: Fields, repeated: ReadonlySet<string>): JsonValue {
  // Not assigned one by one: a field may be called `__proto__`.
  return Object.fromEntries(
    Array.from(fields, ([name, values]) => [name, repeated.has(name) ? values : values[0]!] as const),
  );
}
