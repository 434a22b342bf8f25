import { expect, test } from 'vitest';
import type { Outcome } from '../../src/model/exchange.ts';
import { saidValues } from '../../src/suite/said-values.ts';
import { openReader, responseOutcome } from '../support/cassette.ts';
import { post, replayable } from '../support/replayable.ts';

const [ann, bob] = ['6f1c9a52-7d0e-4b3a-9a55-0c1d2e3f4a5b', '77aa88bb-1c2d-4e3f-8a9b-112233444455'];
const otherBody: Outcome = responseOutcome({
  body: { sizeBytes: 2, sha256: 'ab'.repeat(32), truncated: false, fullSizeBytes: 2 },
});

function saidIn(fresh: 'same body' | 'other body', sentTarget?: string): readonly string[] {
  const file = replayable({ exchanges: [post(`/users/${ann}?at=2026-03-01T12:00:00Z`, `{"friend":"${bob}"}`, '{}')] });
  const reader = openReader(file);
  const exchange = reader.exchange(reader.session().id, 0)!;
  const baseline = exchange.outcome!;
  return saidValues({ reader, exchange, baseline, fresh: fresh === 'same body' ? baseline : otherBody, sentTarget });
}

test('ids in the target are said by the client, those of the body where the answers differ; times are not', () => {
  expect(saidIn('same body')).toEqual([ann]);
  expect(saidIn('other body')).toEqual([ann, bob]);
});

test('an id that this run has replaced is not said', () => {
  expect(saidIn('same body', `/users/${bob}?at=2026-03-01T12:00:00Z`)).toEqual([]);
  expect(saidIn('same body', `/users/${ann}?at=2026-03-02T12:00:00Z`)).toEqual([ann]);
});
