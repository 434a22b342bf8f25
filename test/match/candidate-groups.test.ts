import { describe, expect, test } from 'vitest';
import { type Candidate, firstAfterSince, firstAtOrAfter, groupsOf } from '../../src/match/candidate-groups.ts';

const candidate = (position: number, slots: readonly string[] = [], servable = true): Candidate => ({
  position,
  epoch: Math.floor(position / 10),
  slots,
  servable,
});

describe('candidates of one key', () => {
  test('are derived once per list', () => {
    const list = [candidate(0), candidate(1)];
    expect(groupsOf(list)).toBe(groupsOf(list));
  });

  test('one alone is the group of every request, unless it may not be served', () => {
    const [group] = groupsOf([candidate(0, ['a'])]).all;
    expect(group).toEqual(groupsOf([candidate(0, ['a']), { ...candidate(1, ['a']), servable: false }]).all[0]);
    expect(groupsOf([candidate(0, ['a'])]).fitting(['b'])).toEqual(group);
    expect(groupsOf([{ ...candidate(0), servable: false }]).all).toEqual([]);
  });

  test('are grouped by their slots; what may not be served is left out', () => {
    const groups = groupsOf([
      candidate(0, ['a']),
      candidate(1, ['b']),
      candidate(2, ['a']),
      candidate(3, ['c'], false),
    ]);
    expect(groups.all.map(({ recordings }) => recordings.map(({ position }) => position))).toEqual([[0, 2], [1]]);
  });

  test('of one group fit any value', () => {
    const groups = groupsOf([candidate(0, ['a'])]);
    expect(groups.fitting(['whatever'])?.recordings).toHaveLength(1);
  });

  test('of several groups are told apart by a pseudonym that came back or by the pseudonym of the value', () => {
    const groups = groupsOf([candidate(0, ['A']), candidate(1, ['B'])]);
    expect(groups.fitting(['B'])?.recordings[0]?.position).toBe(1);
    expect(groups.fitting(['b'], (value) => value.toUpperCase())?.recordings[0]?.position).toBe(1);
    expect(groups.fitting(['b'])).toBeUndefined();
    expect(groups.fitting(['c'], (value) => value.toUpperCase())).toBeUndefined();
  });

  test('are decided by the values that are known, when only one group has them all', () => {
    const groups = groupsOf([candidate(0, ['A', '1']), candidate(1, ['B', '2']), candidate(2, ['B', '3'])]);
    expect(groups.fitting(['A', 'new'])?.recordings[0]?.position).toBe(0);
    expect(groups.fitting(['B', 'new'])).toBeUndefined();
    expect(groups.fitting(['B', '3'])?.recordings[0]?.position).toBe(2);
    expect(groups.fitting(['A', '3'])).toBeUndefined();
    expect(groups.fitting(['new', 'new'])).toBeUndefined();
  });

  test('say which slot tells two groups apart', () => {
    const groups = groupsOf([candidate(4, ['A', '1']), candidate(7, ['A', '2'])]);
    const { between, slot } = groups.difference();
    expect([between.map(({ position }) => position), slot]).toEqual([[4, 7], 1]);
  });

  test('of one state lie by stretch, also where one overlapped with a write', () => {
    const at = (position: number, since: number, state = 1): Candidate => ({ ...candidate(position), state, since });
    const groups = groupsOf([at(0, 0), at(2, 2), at(3, 0), at(4, 0, 2), at(5, 6)]);
    const positions = groups.all[0]!.byState.map(({ recordings }) => recordings.map(({ position }) => position));
    expect(positions).toEqual([[0, 3, 2, 5], [4]]);
    expect(groups.all[0]!.recordings.map(({ position }) => position)).toEqual([0, 2, 3, 4, 5]);
  });

  test('are found by epoch and position without a scan', () => {
    const list = [0, 5, 12, 13, 40].map((position) => candidate(position));
    expect([-1, 0, 1, 3, 4].map((epoch) => firstAfterSince(list, epoch))).toEqual([0, 2, 4, 4, 5]);
    expect([0, 1, 5, 13, 41].map((position) => firstAtOrAfter(list, position))).toEqual([0, 1, 1, 3, 5]);
  });
});
