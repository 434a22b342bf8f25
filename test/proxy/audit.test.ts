import { expect, test } from 'vitest';
import { auditLayers } from '../../src/proxy/audit.ts';
import type { LayerSource } from '../../src/proxy/replay-source.ts';
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

test('what is obsolete is told by whoever knows it', () => {
  const entry = { what: 'GET /old: ignore query nonce', why: 'no recording is in its scope' };
  expect(auditLayers([], { obsolete: () => [entry] }, now)).toMatchObject({ obsolete: 1, obsoleteList: [entry] });
});

test('secrets are counted when they are asked for', () => {
  const exchanges = [get('/a?token=hunter2hunter2', 'one')];
  expect(auditLayers(layersOf({ exchanges }), { secrets: 'wanted' }, now)).toMatchObject({
    secrets: 1,
    unscanned: 0,
    secretList: [{ address: 'shop:session-1/0', side: 'request', place: 'query:token[0]' }],
  });
});
