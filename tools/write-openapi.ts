import { writeFileSync } from 'node:fs';
import { toolVersion } from '../src/base/tool-version.ts';
import { openApiDocument } from '../src/ui/openapi.ts';

// The API's document for people who have no proxy running: `node tools/write-openapi.ts` after every change of the API.
writeFileSync(
  new URL('../docs/openapi.json', import.meta.url),
  `${JSON.stringify(openApiDocument(toolVersion), undefined, 2)}\n`,
);
