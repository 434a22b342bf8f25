import { copyFileSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { requestKey } from '../../src/match/request-key.ts';
import { parseMatchRuleLine } from '../../src/model/match-rule-grammar.ts';
import { openLayers } from '../../src/proxy/open-layers.ts';
import { reindex } from '../../src/proxy/reindex.ts';
import type { LayerSource } from '../../src/proxy/replay-layer.ts';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { cassetteOf, openReader } from '../support/cassette.ts';
import { tempFolder } from '../support/temp-folder.ts';

async function opened(
  file: string,
  { folder = tempFolder(), lines = [] }: { folder?: string; lines?: readonly string[] } = {},
): Promise<{ layer: LayerSource; indexed: number[]; files: string[] }> {
  const indexed: number[] = [];
  const { layers, close } = await openLayers([openReader(file)], {
    session: undefined,
    rules: lines.map(parseMatchRuleLine),
    folder,
    onIndexing: (exchanges) => indexed.push(exchanges),
  });
  onTestFinished(close);
  const retake = path.join(folder, '.retake');
  return {
    layer: layers[0]!,
    indexed,
    files: indexed.length > 0 ? readdirSync(retake).filter((name) => name !== '.gitignore') : [],
  };
}

const file = (): string => cassetteOf([{ target: '/a?n=1' }, { target: '/a?n=2' }]);
/** How many recordings there are of each request. */
const found = ({ lookup, session }: LayerSource): number[] =>
  ['/a?n=1', '/a?n=2'].map((target) => {
    const { key } = requestKey({ targetName: 'default', method: 'GET', target, headers: [], body: undefined }, []);
    return lookup!.candidates(session.id, key).length;
  });

function add(cassette: string, line: string): number {
  const writer = CassetteWriter.open(cassette, { create: 'never' });
  writer.addMatchRule({ rule: parseMatchRuleLine(line), author: 'ada', at: 1 });
  const made = reindex(writer);
  writer.close();
  return made;
}

describe('opening layers', () => {
  test('makes an index once for a cassette that has none', async () => {
    const cassette = file();
    const folder = tempFolder();
    const first = await opened(cassette, { folder });
    expect(first.indexed).toEqual([2]);
    expect(first.files).toEqual([expect.stringMatching(/^index-[0-9a-f]{32}$/)]);
    const second = await opened(cassette, { folder });
    expect(second.files).toEqual(first.files);
    expect([found(first.layer), found(second.layer)]).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  test('uses the index in the cassette while only its own rules apply', async () => {
    const cassette = file();
    expect(add(cassette, 'GET /a: ignore query n')).toBe(1);
    const { layer, indexed } = await opened(cassette);
    expect(indexed).toEqual([]);
    expect(layer.rules!.rules).toHaveLength(1);
  });

  test('makes another one for rules of the project, and for each set of them', async () => {
    const cassette = file();
    add(cassette, 'GET /b: ignore query n');
    const folder = tempFolder();
    await opened(cassette, { folder, lines: ['GET /a: ignore query n'] });
    const { files } = await opened(cassette, { folder, lines: ['GET /a: ignore query'] });
    expect(files).toHaveLength(2);
  });

  test('works where nothing can be written', async () => {
    const cassette = file();
    const { layers, close } = await openLayers([openReader(cassette)], {
      session: undefined,
      rules: [],
      // Below a file there is no folder.
      folder: cassette,
    });
    expect(found(layers[0]!)).toEqual([1, 1]);
    close();
  });

  test('is not taken in by another cassette of the same size and time', async () => {
    const [one, other] = [cassetteOf([{ target: '/a?n=1' }]), cassetteOf([{ target: '/a?n=2' }])];
    const folder = tempFolder();
    const { layer } = await opened(one, { folder });
    expect(found(layer)).toEqual([1, 0]);
    const { atime, mtime } = statSync(one);
    copyFileSync(other, one);
    utimesSync(one, atime, mtime);
    expect(found((await opened(one, { folder })).layer)).toEqual([0, 1]);
  });

  test('keeps what it writes out of Git', async () => {
    const folder = tempFolder();
    await opened(file(), { folder });
    expect(readFileSync(path.join(folder, '.retake', '.gitignore'), 'utf8')).toBe('*\n');
  });
});
