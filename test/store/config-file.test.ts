import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { findConfigFile, readConfigFile } from '../../src/store/config-file.ts';
import { appErrorOf } from '../support/app-error.ts';
import { matchRules } from '../support/match-rules.ts';
import { tempFolder } from '../support/temp-folder.ts';

function written(name: string, text: string, folder = tempFolder()): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function refusalOf(file: string): Promise<AppError> {
  const outcome: unknown = await readConfigFile(file).catch((thrown: unknown) => thrown);
  if (outcome instanceof AppError) return outcome;
  throw new Error('it was read');
}

describe('the file', () => {
  test.each(['ts', 'mts', 'js', 'mjs', 'json'])('is found as retake.config.%s', (ending) => {
    const file = written(`retake.config.${ending}`, '');
    expect(findConfigFile(path.dirname(file))).toBe(file);
  });

  test('is none where none stands, and a folder of that name is none', () => {
    const folder = tempFolder();
    mkdirSync(path.join(folder, 'retake.config.ts'));
    expect(findConfigFile(folder)).toBeUndefined();
  });

  test('is the one that is named, relative to the folder', () => {
    const file = written('mine.json', '{}');
    written('retake.config.json', '{}', path.dirname(file));
    expect(findConfigFile(path.dirname(file), 'mine.json')).toBe(file);
    const error = appErrorOf(() => findConfigFile(path.dirname(file), 'other.json'));
    expect([error.code, error.message]).toEqual([
      'CONFIG_INVALID',
      `${path.join(path.dirname(file), 'other.json')}: there is no such file`,
    ]);
  });

  test('is one: a second beside it is refused', () => {
    const file = written('retake.config.ts', '');
    written('retake.config.json', '{}', path.dirname(file));
    expect(appErrorOf(() => findConfigFile(path.dirname(file))).message).toBe(
      `${file}: retake.config.json stands beside it`,
    );
  });
});

describe('what it says', () => {
  const expected = { match: matchRules('GET /a: ignore query n'), replay: { strict: true }, record: {} };
  const object = `{ match: [{ in: 'GET /a', ignore: 'query n' }], replay: { strict: true } }`;

  test.each([
    ['x.mjs', `export default ${object};`],
    ['x.js', `export default ${object};`],
    ['x.ts', `const strict: boolean = true;\nexport default { ...${object}, replay: { strict } };`],
    ['x.mts', `export default ${object} satisfies object;`],
    ['x.json', JSON.stringify({ match: [{ in: 'GET /a', ignore: 'query n' }], replay: { strict: true } })],
    ['y.json', '\uFEFF{"match": [{"in": "GET /a", "ignore": "query n"}], "replay": {"strict": true}}'],
  ])('is read from %s', async (name, text) => {
    expect(await readConfigFile(written(name, text))).toEqual({ ...expected, compare: [], test: {} });
  });

  test.each([
    ['x.json', '{', /x\.json: .*JSON/],
    ['x.mjs', 'export default {\n  match: [\n};', /x\.mjs: (?:line 3: )?Unexpected token '\}'|x\.mjs: .*/],
    ['x.mjs', '\nthrow new Error("no such thing");', /x\.mjs: (?:line 2: )?no such thing/],
    ['x.mjs', 'import "not-installed";', /x\.mjs: .*not-installed/],
    ['x.mjs', 'export const config = {};', 'x.mjs: it has no default export'],
    ['x.mjs', 'export default () => ({});', 'x.mjs: it is a function, not an object'],
    ['x.json', '{"replay": {"sequenze": "any"}}', 'x.json: replay.sequenze: it is unknown; did you mean "sequence"?'],
  ])('%s with %j is refused', async (name, text, message) => {
    const error = await refusalOf(written(name, text));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toMatch(message);
    expect(error.hint).not.toBe('');
  });
});
