import { graphqlOperation } from '../match/graphql-operation.ts';
import type { Exchange } from '../model/exchange.ts';
import type { ValueFlow } from '../model/flow.ts';
import { parsePlace, splitPlace } from '../model/place.ts';
import { templateSegments, templatesOf } from '../model/path-template.ts';
import { pathSegments } from '../model/url-text.ts';
import type { Session } from '../model/session.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';

/** Larger requests are no GraphQL that anybody wrote. */
const maxOperationBytes = 256 * 1024;

/**
 * What each request of a session is an example of: its path template, and behind a space the operation of a GraphQL
 * request (`/graphql query Orders`). The session's other requests and value flows tell identifiers from names.
 */
export class RequestTemplates {
  readonly #reader: CassetteReads;
  readonly #paths: ReadonlyMap<string, string>;
  readonly #known = new Map<number, string>();

  constructor(reader: CassetteReads, session: Session) {
    this.#reader = reader;
    const flows = Map.groupBy(reader.flows(session.id), (flow) => flow.to);
    const paths = new Map<string, readonly string[]>();
    const issued = new Map<string, Set<number>>();
    for (const { position, target } of reader.summaries(session.id)) {
      const key = pathKey(target);
      if (!paths.has(key)) paths.set(key, templateSegments(target));
      for (const index of issuedSegments(target, flows.get(position) ?? [])) {
        const known = issued.get(key);
        if (known) known.add(index);
        else issued.set(key, new Set([index]));
      }
    }
    const templates = templatesOf(paths, (key, index) => issued.get(key)?.has(index) ?? false);
    this.#paths = new Map(Array.from(templates, ([key, segments]) => [key, `/${segments.join('/')}`]));
  }

  /** Of an exchange of this session. */
  of(exchange: Exchange): string {
    const known = this.#known.get(exchange.position);
    if (known !== undefined) return known;
    const path = this.ofPath(exchange.request.target);
    const operation = this.#operation(exchange);
    const template = operation === undefined ? path : `${path} ${operation}`;
    this.#known.set(exchange.position, template);
    return template;
  }

  /** The template of a path that a request of this session asked for. */
  ofPath(target: string): string {
    return this.#paths.get(pathKey(target))!;
  }

  #operation({ request, targetName }: Exchange): string | undefined {
    const { sizeBytes, sha256 } = request.body;
    if (sizeBytes > maxOperationBytes) return undefined;
    const body = sizeBytes === 0 ? Buffer.alloc(0) : this.#reader.body(sha256);
    const operation = graphqlOperation({ ...request, targetName, body });
    return operation && [operation.kind, operation.name].filter((word) => word !== undefined).join(' ');
  }
}

/** Queries do not matter for the path: `/orders?page=1` and `/orders?page=2` share it. */
function pathKey(target: string): string {
  const end = target.search(/[?#]/);
  return end < 0 ? target : target.slice(0, end);
}

/** Which of the non-empty path segments hold values of flows. */
function issuedSegments(target: string, flows: readonly ValueFlow[]): number[] {
  return flows.flatMap(({ toPlace }) => {
    const { outer } = splitPlace(toPlace);
    const place = parsePlace(outer);
    if (place?.kind !== 'path') return [];
    const before = pathSegments(target).slice(0, Number(place.name));
    return [before.filter(({ value }) => value !== '').length];
  });
}
