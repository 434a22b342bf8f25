import { isPathPrefix, placeholder, templateSegments, templatesOf } from '../model/path-template.ts';
import type { EffectFacts } from './effect-facts.ts';

/** What a request is about, as far as its address says. */
export interface Resource {
  readonly targetName: string;
  readonly segments: readonly string[];
  /** The segments with `{id}` where an identifier stands. */
  readonly shape: readonly string[];
  /** Equal for requests of one kind: the shape, and the operation of a GraphQL request. */
  readonly template: string;
  /** Stems of the nouns in it: `/api/v1/orders/7/lineItems` is about `order`, `line` and `item`. */
  readonly words: readonly string[];
  /** All GraphQL requests to one path share it: only the operation tells them apart. */
  readonly isOperation: boolean;
}

/** Words that say what is done, not with what. */
const verbs = new Set(
  (
    'add all and by cancel change create delete do edit fetch find for from get index insert json list make method my new ' +
    'of one patch post put query read remove save service set submit the to update upsert with'
  ).split(' '),
);

/** The resource of each exchange, in order. Equal addresses share one object. */
export function resourcesOf(exchanges: readonly EffectFacts[]): readonly Resource[] {
  const split = new Map<string, readonly string[]>();
  for (const { path } of exchanges) if (!split.has(path)) split.set(path, templateSegments(path));
  const shapes = templatesOf(split);
  const known = new Map<string, Resource>();
  return exchanges.map(({ targetName, path, graphql }) => {
    const operation = graphql ? `${graphql.kind} ${graphql.name ?? ''}` : '';
    const id = `${targetName}\n${path}\n${operation}`;
    let resource = known.get(id);
    if (!resource) {
      const shape = shapes.get(path)!;
      const nouns = graphql ? [graphql.name ?? ''] : shape.filter((segment) => segment !== placeholder);
      resource = {
        targetName,
        segments: split.get(path)!,
        shape,
        template: `/${shape.join('/')} ${operation}`,
        words: [...new Set(nouns.filter((noun) => !isPathPrefix(noun)).flatMap(wordsOf))],
        isOperation: graphql !== undefined,
      };
      known.set(id, resource);
    }
    return resource;
  });
}

/** `createLineItems` → `line`, `item`. */
function wordsOf(text: string): string[] {
  return text
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1 && !verbs.has(word))
    .map(stem);
}

/** Singular and plural are one word; it need not be a right one, only the same for both. */
function stem(word: string): string {
  if (word.length <= 3) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:s|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return /[^s]s$/.test(word) ? word.slice(0, -1) : word;
}
