import { describe, expect, test } from 'vitest';
import { CandidateLists } from '../../src/proxy/candidate-lists.ts';
import type { CassetteReader } from '../../src/store/cassette-reader.ts';
import type { Session } from '../../src/model/session.ts';
import type { Candidate } from '../../src/store/replay-index.ts';

const candidate = (id: number, switches = false): Candidate => ({
  id,
  position: id,
  epoch: 0,
  slots: [],
  servable: true,
  switches,
  isWrite: false,
  state: 0,
  since: 0,
});

function listsOf(
  candidates: readonly Candidate[],
  { endedAt, upgrades = [] }: { endedAt?: number; upgrades?: readonly number[] } = { endedAt: 1 },
): { lists: CandidateLists; asked: string[] } {
  const asked: string[] = [];
  const reader = {
    candidates: (_session: number, key: string) => {
      asked.push(key);
      return candidates;
    },
    exchangeById: (id: number) => ({ request: { headers: upgrades.includes(id) ? ['Upgrade', 'websocket'] : [] } }),
  } as unknown as CassetteReader;
  const session = { id: 1, name: 's', ...(endedAt === undefined ? {} : { endedAt }) } as Session;
  return { lists: new CandidateLists({ reader, session }), asked };
}

describe('lists of candidates', () => {
  test('of an ended session are kept: of several recordings at once, of one from the second time on', () => {
    const several = listsOf([candidate(1), candidate(2)]);
    expect(several.lists.ofKey('ab', false)).toBe(several.lists.ofKey('ab', false));
    expect(several.asked).toEqual(['ab']);
    const one = listsOf([candidate(1)]);
    one.lists.ofKey('ab', false);
    expect(one.lists.ofKey('ab', false)).toBe(one.lists.ofKey('ab', false));
    expect(one.asked).toEqual(['ab', 'ab']);
  });

  test('are looked up each time in a session that goes on', () => {
    const running = listsOf([candidate(1)], {});
    running.lists.ofKey('k', false);
    running.lists.ofKey('k', false);
    expect(running.asked).toEqual(['k', 'k']);
  });

  test('tell requests for a switch of protocols from others', () => {
    const { lists } = listsOf([candidate(1), candidate(2, true), candidate(3)], { endedAt: 1, upgrades: [3] });
    expect(lists.ofKey('k', false).asked.map(({ id }) => id)).toEqual([1]);
    expect(lists.ofKey('k', true).asked.map(({ id }) => id)).toEqual([2, 3]);
    expect(lists.ofKey('k', true).all).toHaveLength(3);
  });

  test('hold nothing by shape without an index', () => {
    expect(listsOf([candidate(1)]).lists.ofShape('s', false)).toEqual({ all: [], asked: [] });
  });
});
