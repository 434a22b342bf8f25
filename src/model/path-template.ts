/**
 * What the path of a request is an example of: `/orders/17/items?page=2` of `/orders/{id}/items`. Requests of one
 * template are requests of one kind, for learning, for judging and for grouping what was found.
 */

import { decodeComponent } from './url-text.ts';

/** Stands for an identifier. `model/rule-scope.ts` reads it as any one segment. */
export const placeholder = '{id}';

/** A folder with more entries than this lists things by name, like `/users/ada`; fewer are kinds of things. */
const maxKinds = 30;

/** Segments that say how an interface is reached, not what it is about. */
const prefixes = /^(?:api|apis|rest|rpc|graphql|public|private|internal|v\d+(?:\.\d+)*(?:(?:alpha|beta)\d*)?)$/i;

/** What cannot be a word: digits, hex, UUIDs, mail addresses, parameters that were never filled in. */
const idPattern = /^(?:\d+|[0-9a-f]{8,}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|.+@.+|\{.*\}|:.+)$/i;

/** `user42`, `sku-7`: an identifier when there are others of its stem, but so are `oauth2` and `sha256` words. */
const numberedWord = /^(\p{L}+[-_.]?)\d{1,3}$/u;

/** gRPC, Connect and Twirp: `/shop.v1.OrderService/GetOrder`. However many methods there are, they are kinds. */
const rpcMethod = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\.[A-Z]\w*\/[A-Z]\w*$/;

export function isPathPrefix(segment: string): boolean {
  return prefixes.test(segment);
}

/** The non-empty segments of a request target's path, as sent; what is behind `?` is no part of it. */
export function templateSegments(target: string): readonly string[] {
  const start = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(target)?.[0].length ?? 0;
  const end = target.slice(start).search(/[?#]/);
  const path = end < 0 ? target.slice(start) : target.slice(start, start + end);
  return path.split('/').filter((segment) => segment !== '');
}

/** One path by itself, without knowing what else was asked. */
export function pathTemplate(target: string): string {
  return `/${templatesOf(new Map([[target, templateSegments(target)]]))
    .get(target)!
    .join('/')}`;
}

/**
 * The template of each path, as segments, by the key it was given under. `isIssued` tells that a segment is known to hold
 * a value some response gave. Level by level from the root, so that what lies below identifiers is counted together.
 */
export function templatesOf(
  paths: ReadonlyMap<string, readonly string[]>,
  isIssued: (key: string, index: number) => boolean = () => false,
): ReadonlyMap<string, readonly string[]> {
  const templates = new Map<string, string[]>();
  const root = newFolder();
  let open = Array.from(paths, ([key, segments]) => {
    const template: string[] = [];
    templates.set(key, template);
    return { key, segments, template, folder: root };
  });
  for (let depth = 0; open.length > 0; depth++) {
    open = open.filter(({ segments }) => segments.length > depth);
    const kinds = open.map(({ key, segments, folder }): SegmentKind => {
      const kind = isIssued(key, depth) ? 'identifier' : kindOf(segments, depth);
      note(folder, segments[depth]!, kind);
      return kind;
    });
    open.forEach((path, i) => {
      const segment = path.segments[depth]!;
      const part = isIdentifierIn(path.folder, segment, kinds[i]!) ? placeholder : segment;
      path.template.push(part);
      path.folder = folderIn(path.folder, part);
    });
  }
  return templates;
}

type SegmentKind = 'identifier' | 'numbered' | 'word' | 'method';

/** What stands at one place of the paths. */
interface Folder {
  readonly names: Set<string>;
  /** Different segments by the word before their number. */
  readonly numbered: Map<string, Set<string>>;
  readonly folders: Map<string, Folder>;
}

function newFolder(): Folder {
  return { names: new Set(), numbered: new Map(), folders: new Map() };
}

function folderIn({ folders }: Folder, name: string): Folder {
  let folder = folders.get(name);
  if (!folder) folders.set(name, (folder = newFolder()));
  return folder;
}

function kindOf(segments: readonly string[], index: number): SegmentKind {
  const { length } = segments;
  if (index >= length - 2 && length >= 2 && rpcMethod.test(`${segments[length - 2]}/${segments[length - 1]}`)) {
    return 'method';
  }
  const segment = decodeComponent(segments[index]!);
  if (idPattern.test(segment)) return 'identifier';
  if (!/\d/.test(segment) || prefixes.test(segment)) return 'word';
  if (numberedWord.test(segment)) return 'numbered';
  // Digits among letters in something longer than a version: `ord_8f3k2`, `01HZX…`, `INV-2024-7`.
  return segment.length >= 6 ? 'identifier' : 'word';
}

function note({ names, numbered }: Folder, segment: string, kind: SegmentKind): void {
  if (kind === 'word') names.add(segment);
  if (kind !== 'numbered') return;
  const stem = stemOf(segment);
  const known = numbered.get(stem);
  if (known) known.add(segment);
  else numbered.set(stem, new Set([segment]));
}

function isIdentifierIn({ names, numbered }: Folder, segment: string, kind: SegmentKind): boolean {
  switch (kind) {
    case 'identifier':
      return true;
    case 'numbered':
      return numbered.get(stemOf(segment))!.size > 1;
    case 'word':
      return names.size > maxKinds;
    case 'method':
      return false;
    default:
      return kind satisfies never;
  }
}

function stemOf(segment: string): string {
  return numberedWord.exec(decodeComponent(segment))![1]!;
}
