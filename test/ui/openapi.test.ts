import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toolVersion } from '../../src/base/tool-version.ts';
import { apiOperations } from '../../src/ui/api-operations.ts';
import { apiSchemas } from '../../src/ui/api-schemas.ts';
import { openApiDocument } from '../../src/ui/openapi.ts';

const document = openApiDocument(toolVersion) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
};

test('docs/openapi.json is what the code says (node tools/write-openapi.ts writes it)', () => {
  expect(JSON.parse(readFileSync('docs/openapi.json', 'utf8'))).toEqual(document);
});

test('every operation is in the document once', () => {
  const ids = Object.values(document.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  expect(ids.toSorted()).toEqual(apiOperations.map(({ id }) => id as string).toSorted());
  expect(new Set(ids).size).toBe(ids.length);
});

test('every schema that is named is there, and every schema is named', () => {
  const named = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);
  expect([...new Set(named)].toSorted()).toEqual(Object.keys(apiSchemas).toSorted());
});
