import { expect, test } from 'vitest';
import { parseMatchRuleLine } from '../../src/model/match-rule-grammar.ts';
import { compileMatchRules } from '../../src/model/match-rule-set.ts';
import { auditLayers } from '../../src/proxy/audit.ts';
import type { LayerSource } from '../../src/proxy/replay-layer.ts';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { openReader } from '../support/cassette.ts';
import { get, replayable, type ReplayableSession } from '../support/replayable.ts';

const dayMs = 86_400_000;
const now = Date.UTC(2025, 5, 30);

function layersOf(...sessions: readonly ReplayableSession[]): LayerSource[] {
  const reader = openReader(replayable(...sessions));
  return reader.sessions().map((session) => ({ reader, cassette: 'shop', session }));
}

test('without a plan nothing is looked for', () => {
  expect(auditLayers(layersOf({ exchanges: [get('/a', 'one')] }), {}, now)).toEqual({
    obsolete: 0,
    expired: 0,
    obsoleteList: [],
    expiredList: [],
  });
});

test('a session is expired once it is older than allowed', () => {
  const layers = layersOf(
    { name: 'old', startedAt: now - 31 * dayMs, exchanges: [] },
    { name: 'young', startedAt: now - 30 * dayMs, exchanges: [] },
  );
  expect(auditLayers(layers, { maxAgeMs: 30 * dayMs }, now)).toMatchObject({
    expired: 1,
    expiredList: [{ session: 'shop:old', startedAt: now - 31 * dayMs, ageDays: 31 }],
  });
});

test('a rule of the cassette that is about no recorded request any more is obsolete', () => {
  const file = replayable({ exchanges: [get('/a', 'one')] }, { exchanges: [get('/b', 'two')] });
  const writer = CassetteWriter.open(file, { create: 'never' });
  // Only clients of today may send a nonce.
  for (const line of ['GET /a: ignore query nonce', 'GET /gone: ignore query nonce', 'POST /b: ignore query page']) {
    writer.addMatchRule({ rule: parseMatchRuleLine(line), author: 'ada', at: now });
  }
  writer.close();
  const reader = openReader(file);
  const rules = compileMatchRules([parseMatchRuleLine('GET /of-another-cassette: ignore query n')]);
  const layers = [{ reader, cassette: 'shop', session: reader.session(), rules }];
  const why = 'it is about no recorded request any more';
  expect(auditLayers(layers, { obsolete: 'wanted' }, now)).toMatchObject({
    obsolete: 2,
    obsoleteList: [
      { what: 'GET /gone: ignore query nonce', why },
      { what: 'POST /b: ignore query page', why },
    ],
  });
  expect(auditLayers(layers, {}, now).obsolete).toBe(0);
});

test('secrets are counted when they are asked for', () => {
  const exchanges = [get('/a?token=hunter2hunter2', 'one')];
  expect(auditLayers(layersOf({ exchanges }), { secrets: 'wanted' }, now)).toMatchObject({
    secrets: 1,
    unscanned: 0,
    secretList: [{ address: 'shop:session-1/0', side: 'request', place: 'query:token[0]' }],
  });
});
