import type { ValueFlow } from '../model/flow.ts';
import { pointerKeys } from '../model/json-pointer.ts';
import { parsePlace, splitPlace } from '../model/place.ts';
import { pathSegments } from '../model/url-text.ts';
import { leafContainer, leafName } from './body-leaves.ts';
import { isResourceWord, resourceName, resourcesOfField, resourcesOfTarget } from './resource-names.ts';

/**
 * The kinds of things a value may identify by where it stands: by the name of its field, else by what contains it, else
 * by what the request was about. `orderId` is an order's, and so is `id` in the answer to `GET /orders/17`.
 */
export function kindsAt(path: readonly (string | number)[], target: string): readonly string[] {
  return kindsOfField({ name: leafName(path), container: leafContainer(path) }, target);
}

export function kindsOfField(
  { name, container }: { readonly name: string; readonly container?: string | undefined },
  target: string,
): readonly string[] {
  const own = resourcesOfField(name);
  if (own.length > 0) return own;
  return container === undefined ? resourcesOfTarget(target) : resourcesOfField(container);
}

/** The kinds of things that both ends of a flow speak of; those of its use when the other end tells nothing. */
export function kindsOfFlow(
  flow: ValueFlow,
  targets: { readonly from: string; readonly to: string },
): readonly string[] {
  const issued = kindsAtPlace(flow.fromPlace, targets.from);
  const used = kindsAtPlace(flow.toPlace, targets.to);
  const both = issued.filter((kind) => used.includes(kind));
  return both.length > 0 ? both : used;
}

/** The kinds of things that a path identifies one of: `/orders/17/items` an order, no item. */
export function kindsIdentifiedIn(target: string): string[] {
  const segments = pathSegments(target).map(({ value }) => value);
  return segments
    .filter(
      (word, index) => isResourceWord(word) && index + 1 < segments.length && !isResourceWord(segments[index + 1]!),
    )
    .map(resourceName);
}

function kindsAtPlace(text: string, target: string): readonly string[] {
  const { outer, inner } = splitPlace(text);
  const place = parsePlace(outer);
  // What a URL in a response said before its identifier is not known here.
  if (!place || inner !== undefined) return [];
  switch (place.kind) {
    case 'json': {
      const keys = pointerKeys(place.name);
      return kindsAt(
        keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key)),
        target,
      );
    }
    case 'path': {
      const before = pathSegments(target)[Number(place.name) - 1]?.value ?? '';
      return isResourceWord(before) ? [resourceName(before)] : [];
    }
    case 'query':
    case 'form':
    case 'multipart':
      return kindsAt([place.name], target);
    case 'header':
      return resourcesOfField(place.name.replace(/^x-/, ''));
    default:
      return [];
  }
}
