import { describe, expect, test } from 'vitest';
import { parseMatchRuleLine } from '../../src/model/match-rule-grammar.ts';
import { reindex } from '../../src/proxy/reindex.ts';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { cassetteOf } from '../support/cassette.ts';

function add(cassette: string, line: string): number {
  const writer = CassetteWriter.open(cassette, { create: 'never' });
  writer.addMatchRule({ rule: parseMatchRuleLine(line), author: 'ada', at: 1 });
  const made = reindex(writer);
  writer.close();
  return made;
}

const file = (): string => cassetteOf([{ target: '/a?n=1' }, { target: '/a?n=2' }]);

describe('reindexing', () => {
  test('makes only what is missing', () => {
    const cassette = file();
    expect(add(cassette, 'GET /a: ignore query n')).toBe(1);
    const writer = CassetteWriter.open(cassette, { create: 'never' });
    expect(reindex(writer)).toBe(0);
    expect(reindex(writer, { sessionId: 99 })).toBe(0);
    writer.close();
  });
});
