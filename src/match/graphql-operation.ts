import { decodeContent } from '../model/content-coding.ts';
import { contentShape, mediaType } from '../model/content-shape.ts';
import { type GraphqlOperation, readGraphql } from '../model/graphql.ts';
import { type JsonMember, jsonString } from '../model/json-tree.ts';
import { formParameters } from '../model/url-text.ts';
import { graphqlRequests } from './canonical-graphql.ts';
import { type KeyedRequest, splitTarget } from './canonical-request.ts';

/**
 * Which GraphQL operation a request asks for: a POST with a `query` only reads. A batch is what its most consequential
 * member is. Undefined: no GraphQL, or the operation cannot be known (a persisted query, several operations and none
 * chosen).
 */
export function graphqlOperation(request: KeyedRequest): GraphqlOperation | undefined {
  const { path: _path, queryStart } = splitTarget(request.target);
  const parameters = formParameters(request.target, queryStart);
  const parameter = (name: string): string | undefined => parameters.find((part) => part.name === name)?.value;
  const fromTarget = chosen(parameter('query'), parameter('operationName'));
  if (request.method === 'GET' || request.method === 'HEAD') return fromTarget;

  const { body, headers } = request;
  if (body === undefined || !Buffer.isBuffer(body) || body.length === 0) return fromTarget;
  const decoded = decodeContent(headers, body);
  if (!decoded.ok) return undefined;
  if (mediaType(headers) === 'application/graphql') {
    return chosen(decoded.content.toString(), parameter('operationName'));
  }
  const shape = contentShape(headers, decoded.content);
  if (shape.kind !== 'json') return undefined;
  const { text } = shape;
  const operations = graphqlRequests(text, shape.root).map(({ query, members }) =>
    query ? chosen(jsonString(text, query), textOf(text, members, 'operationName')) : undefined,
  );
  if (operations.includes(undefined)) return undefined;
  return operations.find((operation) => operation?.kind === 'mutation') ?? operations[0];
}

function textOf(text: string, members: readonly JsonMember[], name: string): string | undefined {
  const value = members.find(({ key }) => key === name)?.value;
  return value?.kind === 'string' ? jsonString(text, value) : undefined;
}

function chosen(document: string | undefined, operationName: string | undefined): GraphqlOperation | undefined {
  const operations = document === undefined ? undefined : readGraphql(document)?.operations;
  if (!operations) return undefined;
  if (operationName !== undefined && operationName !== '') {
    return operations.find(({ name }) => name === operationName);
  }
  return operations.length === 1 ? operations[0] : undefined;
}
