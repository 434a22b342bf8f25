import { type ApiOperation, apiOperations, apiRoot } from './api-operations.ts';
import { apiSchemas } from './api-schemas.ts';

/** The API as an OpenAPI 3.1 document. */
export function openApiDocument(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  const all: readonly ApiOperation[] = apiOperations;
  for (const operation of all) {
    (paths[operation.path] ??= {})[operation.method] = described(operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Retake',
      version,
      description:
        'Steers a running proxy. The control listener prints its URL and token, and writes them into the ready file; nothing of it is reachable through the proxy.',
    },
    servers: [{ url: apiRoot }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: apiSchemas,
    },
  };
}

function described({ id, summary, parameters = [], takes, gives, problems = {} }: ApiOperation): object {
  const { status, schema, type = 'application/json' } = gives;
  const oneOf = id === 'getLedger' ? { oneOf: [reference('Ledger'), reference('LaneLedger')] } : undefined;
  const content = schema === undefined ? { schema: { type: 'string' } } : { schema: oneOf ?? reference(schema) };
  const hasContent = schema !== undefined || gives.type !== undefined;
  return {
    operationId: id,
    summary,
    ...(parameters.length === 0
      ? {}
      : {
          parameters: parameters.map(({ name, in: place, type: kind, description }) => ({
            name,
            in: place,
            required: place === 'path',
            description,
            schema: { type: kind },
          })),
        }),
    ...(takes === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: reference(takes) } } } }),
    responses: {
      [status]: { description: summary, ...(hasContent ? { content: { [type]: content } } : {}) },
      ...Object.fromEntries(
        Object.entries({ 401: 'the token is missing or wrong', ...problems }).map(([code, description]) => [
          code,
          { description, content: { 'application/problem+json': { schema: reference('Problem') } } },
        ]),
      ),
    },
  };
}

function reference(name: string): object {
  return { $ref: `#/components/schemas/${name}` };
}
