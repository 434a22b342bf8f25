import { expect, test } from 'vitest';
import { cassetteOf, openReader } from '../support/cassette.ts';

test('candidates of a session without an index come by position, each page of them', () => {
  const reader = openReader(cassetteOf(Array.from({ length: 450 }, () => ({}))));
  const { id } = reader.session();
  const all = [...reader.unindexed(id)];
  expect(all.map(({ position }) => position)).toEqual(Array.from({ length: 450 }, (_, i) => i));
  const [{ requestKey = '' } = {}] = reader.exchanges(id);
  expect(reader.candidates(id, requestKey)).toEqual(all);
  expect(reader.candidates(id, '00'.repeat(16))).toEqual([]);
});
