import type { JsonSchema } from '../../src/ui/api-schemas.ts';

/** Where a value departs from a schema, one line each; nothing when it fits. Members that the schema does not name are a departure too. */
export function departures(
  value: unknown,
  schema: JsonSchema,
  schemas: Readonly<Record<string, JsonSchema>>,
): string[] {
  return check(value, schema, { schemas, at: '$' });
}

interface Place {
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly at: string;
}

function check(value: unknown, schema: JsonSchema, place: Place): string[] {
  const { schemas, at } = place;
  if (schema.$ref !== undefined) {
    const target = schemas[schema.$ref.replace('#/components/schemas/', '')];
    return target ? check(value, target, place) : [`${at}: ${schema.$ref} is nowhere`];
  }
  if (schema.oneOf) {
    const tries = schema.oneOf.map((one) => check(value, one, place));
    return tries.filter((found) => found.length === 0).length === 1 ? [] : [`${at}: fits not one of ${tries.length}`];
  }
  if (schema.const !== undefined) return value === schema.const ? [] : [`${at}: is not ${schema.const}`];
  if (schema.enum)
    return schema.enum.includes(value as string) ? [] : [`${at}: ${String(value)} is not one of the set`];
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (
    types.length > 0 &&
    !types.includes(typeOf(value)) &&
    !(types.includes('number') && typeOf(value) === 'integer')
  ) {
    return [`${at}: is ${typeOf(value)}, not ${types.join(' or ')}`];
  }
  if (schema.minimum !== undefined && (value as number) < schema.minimum) return [`${at}: is below ${schema.minimum}`];
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.flatMap((item, i) => check(item, items, { schemas, at: `${at}[${i}]` })) : [];
  }
  if (!schema.properties) return [];
  const members = value as Readonly<Record<string, unknown>>;
  const missing = (schema.required ?? []).filter((name) => members[name] === undefined);
  return [
    ...missing.map((name) => `${at}.${name}: is missing`),
    ...Object.entries(members).flatMap(([name, member]) => {
      const property = schema.properties![name];
      return property ? check(member, property, { schemas, at: `${at}.${name}` }) : [`${at}.${name}: is not described`];
    }),
  ];
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
