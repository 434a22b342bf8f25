import { mediaType } from '../model/content-shape.ts';
import { readGraphql } from '../model/graphql.ts';
import type { RawHeaders } from '../model/headers.ts';
import { type JsonMember, type JsonNode, type JsonObjectNode, jsonString, parseJsonTree } from '../model/json-tree.ts';
import { decodeFormComponent, encodeParameter, type UrlPair } from '../model/url-text.ts';
import { canonicalJson } from './canonical-json.ts';
import { MaskSet } from './mask-set.ts';

export interface CanonicalDocument {
  readonly text: string;
  readonly root: JsonNode;
}

/**
 * A JSON body with GraphQL requests (one, or a batch) in its one spelling: the document by its tokens, `variables`,
 * `operationName` and `extensions` left out where they are null or empty. It stays JSON, so that everything that looks
 * into JSON looks into it. Any other body comes back as it is: that a member is called `query` does not make it GraphQL.
 */
export function withCanonicalGraphql(document: CanonicalDocument): CanonicalDocument {
  const { text, root } = document;
  const requests = graphqlRequests(text, root);
  if (requests.length === 0) return document;
  let spelt = '';
  let at = 0;
  for (const { query } of requests) {
    if (!query) continue;
    spelt += text.slice(at, query.start) + JSON.stringify(query.canonical);
    at = query.end;
  }
  spelt += text.slice(at);
  const tree = parseJsonTree(spelt)!;
  return {
    text: spelt,
    root:
      tree.kind === 'array'
        ? { kind: 'array', items: tree.items.map((item) => withoutEmpty(spelt, item)) }
        : withoutEmpty(spelt, tree),
  };
}

export interface GraphqlRequest {
  /** Where the document stands in the text; undefined: the server knows it by its hash. */
  readonly query: { readonly start: number; readonly end: number; readonly canonical: string } | undefined;
  readonly members: readonly JsonMember[];
}

/** The GraphQL requests of a JSON body; none unless the whole body consists of them. */
export function graphqlRequests(text: string, root: JsonNode): readonly GraphqlRequest[] {
  if (root.kind !== 'array') return requestsOf(text, [root]);
  return root.items.length > 0 ? requestsOf(text, root.items) : [];
}

function requestsOf(text: string, nodes: readonly JsonNode[]): readonly GraphqlRequest[] {
  const requests: GraphqlRequest[] = [];
  for (const node of nodes) {
    const request = node.kind === 'object' ? requestOf(text, node) : undefined;
    if (!request) return [];
    requests.push(request);
  }
  return requests;
}

function requestOf(text: string, { members }: JsonObjectNode): GraphqlRequest | undefined {
  const queries = members.filter(({ key }) => key === 'query');
  const [first] = queries;
  if (!first) return isPersisted(members) ? { query: undefined, members } : undefined;
  if (queries.length > 1 || first.value.kind !== 'string') return undefined;
  const { start, end } = first.value;
  const document = readGraphql(jsonString(text, { start, end }));
  return document && { query: { start, end, canonical: document.canonical }, members };
}

/** A persisted query goes by its hash, without the document. */
function isPersisted(members: readonly JsonMember[]): boolean {
  const extensions = members.find(({ key }) => key === 'extensions')?.value;
  return extensions?.kind === 'object' && extensions.members.some(({ key }) => key === 'persistedQuery');
}

const optional: ReadonlySet<string> = new Set(['variables', 'operationName', 'extensions']);

function withoutEmpty(text: string, node: JsonNode): JsonNode {
  if (node.kind !== 'object') return node;
  const members = node.members.filter(({ key, value }) => !optional.has(key) || !isEmpty(text, value));
  return { kind: 'object', members };
}

function isEmpty(text: string, node: JsonNode): boolean {
  if (node.kind === 'object') return node.members.length === 0;
  if (node.kind === 'array' || node.kind === 'number') return false;
  return ['null', '""'].includes(text.slice(node.start, node.end));
}

/** The same for the pairs of a URL: `?query={…}&variables={…}&operationName=…` (GraphQL over HTTP, §5.4). */
export function withCanonicalGraphqlPairs(pairs: UrlPair[]): UrlPair[] {
  if (!pairs.some(({ rawName }) => rawName === 'query' || rawName === 'extensions')) return pairs;
  const values = graphqlPairs(pairs);
  if (!values) return pairs;
  const kept: UrlPair[] = [];
  for (const pair of pairs) {
    const { canonical } = values.get(pair.rawName) ?? { canonical: pair.rawValue };
    if (canonical === '' && optional.has(pair.rawName)) continue;
    kept.push({ ...pair, rawValue: canonical });
  }
  return kept;
}

/** Canonical values by name, percent-encoded; undefined when this is no GraphQL request. */
function graphqlPairs(pairs: readonly UrlPair[]): ReadonlyMap<string, { readonly canonical: string }> | undefined {
  const values = new Map<string, { readonly canonical: string }>();
  let isGraphql = false;
  for (const { rawName, rawValue = '' } of pairs) {
    if (rawName !== 'query' && !optional.has(rawName)) continue;
    // With two documents nobody knows which one counts.
    if (values.has(rawName)) return undefined;
    const value = decodeFormComponent(rawValue);
    let canonical = value;
    if (rawName === 'query') {
      const document = readGraphql(value);
      if (!document) return undefined;
      canonical = document.canonical;
      isGraphql = true;
    } else if (rawName !== 'operationName') {
      const root = parseJsonTree(value);
      if (root) canonical = isEmpty(value, root) ? '' : canonicalJson(value, root, new MaskSet([]));
      if (rawName === 'extensions' && root?.kind === 'object')
        isGraphql ||= isPersisted([{ key: rawName, value: root }]);
    }
    values.set(rawName, { canonical: encodeParameter(canonical) });
  }
  return isGraphql ? values : undefined;
}

/** The same for a body that is a document and nothing else (`application/graphql`). */
export function withCanonicalGraphqlText(headers: RawHeaders, content: Buffer): Buffer {
  if (mediaType(headers) !== 'application/graphql') return content;
  const document = readGraphql(content.toString());
  return document ? Buffer.from(document.canonical) : content;
}
