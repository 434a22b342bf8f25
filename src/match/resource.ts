import type { EffectFacts } from './effect-facts.ts';

/** What a request is about, as far as its address says. */
export interface Resource {
  readonly targetName: string;
  readonly segments: readonly string[];
  /** The segments with `{}` where an identifier stands. */
  readonly shape: readonly string[];
  /** Equal for requests of one kind: the shape, and the operation of a GraphQL request. */
  readonly template: string;
  /** Stems of the nouns in it: `/api/v1/orders/7/lineItems` is about `order`, `line` and `item`. */
  readonly words: readonly string[];
  /** All GraphQL requests to one path share it: only the operation tells them apart. */
  readonly isOperation: boolean;
}

/** A folder with more entries than this lists things by name, like `/users/ada`; fewer are kinds of things. */
const maxKinds = 30;

/** Segments that say how an interface is reached, not what it is about. */
const prefixes = /^(?:api|apis|rest|rpc|graphql|public|private|internal|v\d+(?:\.\d+)*(?:(?:alpha|beta)\d*)?)$/i;

/** Words that say what is done, not with what. */
const verbs = new Set(
  (
    'add all and by cancel change create delete do edit fetch find for from get index insert json list make method my new ' +
    'of one patch post put query read remove save service set submit the to update upsert with'
  ).split(' '),
);

const idPattern = /^(?:\d+|[0-9a-f]{8,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\{.*\}|:.+)$/i;

/** Digits among letters in something longer than a version: `ord_8f3k2`, `01HZX…`, `INV-2024-7`. */
function isIdentifier(segment: string): boolean {
  return idPattern.test(segment) || (segment.length >= 6 && /\d/.test(segment) && !prefixes.test(segment));
}

/** The resource of each exchange, in order. Equal addresses share one object. */
export function resourcesOf(exchanges: readonly EffectFacts[]): readonly Resource[] {
  const split = new Map<string, readonly string[]>();
  for (const { path } of exchanges) if (!split.has(path)) split.set(path, segmentsOf(path));
  const shapes = shapesOf(split);
  const known = new Map<string, Resource>();
  return exchanges.map(({ targetName, path, graphql }) => {
    const operation = graphql ? `${graphql.kind} ${graphql.name ?? ''}` : '';
    const id = `${targetName}\n${path}\n${operation}`;
    let resource = known.get(id);
    if (!resource) {
      const shape = shapes.get(path)!;
      const nouns = graphql ? [graphql.name ?? ''] : shape.filter((segment) => segment !== '{}');
      resource = {
        targetName,
        segments: split.get(path)!,
        shape,
        template: `/${shape.join('/')} ${operation}`,
        words: [...new Set(nouns.filter((noun) => !prefixes.test(noun)).flatMap(wordsOf))],
        isOperation: graphql !== undefined,
      };
      known.set(id, resource);
    }
    return resource;
  });
}

function segmentsOf(path: string): readonly string[] {
  const end = path.search(/[?#]/);
  return (end < 0 ? path : path.slice(0, end)).split('/').filter((segment) => segment !== '');
}

/** Level by level from the root, so that what lies below identifiers is counted together. */
function shapesOf(paths: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const shapes = new Map<string, string[]>();
  for (const path of paths.keys()) shapes.set(path, []);
  let open = [...paths];
  for (let depth = 0; open.length > 0; depth++) {
    open = open.filter(([, segments]) => segments.length > depth);
    const kinds = new Map<string, Set<string>>();
    const folders = open.map(([path, segments]) => {
      const folder = shapes.get(path)!.join('/');
      const segment = segments[depth]!;
      if (!isIdentifier(segment)) {
        const names = kinds.get(folder);
        if (names) names.add(segment);
        else kinds.set(folder, new Set([segment]));
      }
      return folder;
    });
    open.forEach(([path, segments], i) => {
      const segment = segments[depth]!;
      const isName = (kinds.get(folders[i]!)?.size ?? 0) > maxKinds;
      shapes.get(path)!.push(isName || isIdentifier(segment) ? '{}' : segment);
    });
  }
  return shapes;
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
