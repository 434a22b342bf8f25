import type { ValueFlow } from '../model/flow.ts';
import { pointerKeys } from '../model/json-pointer.ts';
import { isJsonArray, isJsonObject, jsonText, type JsonValue, parseJsonValue } from '../model/json-value.ts';
import { readPlace, type PlaceMessage } from '../model/place-access.ts';
import { textOf } from './json-leaves.ts';

/**
 * What a flow's value is in this run: the value at the same place of the fresh response. In a list the recorded value
 * itself counts where any element still has it: lists grow and are sorted anew, and a value picked from one stays the
 * choice it was. Undefined when the response has no such value.
 */
export function liveValue(flow: ValueFlow, response: PlaceMessage): string | undefined {
  const value = readPlace(response, flow.fromPlace);
  if (value === flow.value || !/^json:.*\/\d+(?:\/|$)/.test(flow.fromPlace)) return value;
  const text = textOf(response.headers, response.body);
  const parsed = text === undefined ? undefined : parseJsonValue(text);
  if (!parsed?.ok) return value;
  const keys = pointerKeys(flow.fromPlace.slice('json:'.length));
  return isListed(parsed.value, keys, flow.value) ? flow.value : value;
}

/** Is the value at the pointer, with any place in arrays? */
function isListed(value: JsonValue | undefined, keys: readonly string[], wanted: string): boolean {
  const [key, ...rest] = keys;
  if (key === undefined) {
    if (value === undefined || isJsonArray(value) || isJsonObject(value)) return false;
    return (typeof value === 'string' ? value : jsonText(value)) === wanted;
  }
  if (isJsonArray(value)) return value.some((element) => isListed(element, rest, wanted));
  return isJsonObject(value) && Object.hasOwn(value, key) && isListed(value[key], rest, wanted);
}
