import { ExactNumber, type JsonValue } from './json-value.ts';

/** A walk through a document took more steps than it was allowed. */
export class TooCostly extends Error {
  constructor() {
    super('it takes too long on this document');
    this.name = 'TooCostly';
  }
}

/** What walks a document carries its place along, so that a look costs more the deeper it is: measured. */
const levelsPerLook = 4;

/**
 * A document for a library that walks it: every look at a member or element counts, deep ones more, and after
 * `mostLooks` of them the next one throws TooCostly. Exact numbers are doubles there. Nothing is copied.
 */
export function meteredJson(root: JsonValue, mostLooks: number): unknown {
  let left = mostLooks;
  const spend = (looks: number): void => {
    left -= looks;
    if (left < 0) throw new TooCostly();
  };
  const handlers: ProxyHandler<object>[] = [];
  const handlerAt = (depth: number): ProxyHandler<object> => {
    const price = 1 + depth / levelsPerLook;
    return {
      get: (target, key) => {
        spend(price);
        return metered(Reflect.get(target, key) as JsonValue, depth + 1);
      },
      ownKeys: (target) => {
        const keys = Reflect.ownKeys(target);
        spend(keys.length * price);
        return keys;
      },
    };
  };
  const metered = (value: JsonValue, depth: number): unknown => {
    if (value instanceof ExactNumber) return Number(value.text);
    if (typeof value !== 'object' || value === null) return value;
    return new Proxy(value, (handlers[depth] ??= handlerAt(depth)));
  };
  return metered(root, 0);
}
