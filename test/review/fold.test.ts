import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Check, ReviewEvent } from '../../src/model/run.ts';
import type { Difference } from '../../src/model/verdict.ts';
import { differenceKey, foldReview } from '../../src/review/fold.ts';

function difference(path: string, severity: Difference['severity'] = 'changed'): Difference {
  return { part: 'body', path, pattern: path, kind: 'changed', severity, before: '1', after: '2' };
}

function check(id: number, differences: readonly Difference[], verdict: Check['verdict'] = 'changed'): Check {
  return {
    id,
    runId: 1,
    address: `shop:session-1/${id}`,
    position: id,
    method: 'GET',
    target: `/items/${id}`,
    template: '/items/{id}',
    verdict,
    durationMs: 3,
    differences,
    baselineVersion: 1,
  };
}

function event(id: number, action: ReviewEvent['action'], rest: Partial<ReviewEvent> = {}): ReviewEvent {
  return { id, runId: 1, checkId: 1, action, author: 'ada', at: 1000 + id, ...rest };
}

const twoChanges = check(1, [difference('/price'), difference('/name')]);

describe('the state of a review', () => {
  test('every failing or added check is undecided at first, what passes by itself is not asked about', () => {
    const checks = [twoChanges, check(2, [], 'same'), check(3, [difference('/at', 'equivalent')], 'equivalent')];
    const state = foldReview([], [...checks, check(4, [difference('/x', 'added')], 'added')]);
    expect([...state.checks.keys()]).toEqual([1, 4]);
    expect(state).toMatchObject({ accepted: 0, rejected: 0, undecided: 2 });
    expect(state).not.toHaveProperty('undoable');
  });

  test('accepting a check accepts all of its differences, with who, when and why', () => {
    const state = foldReview([event(1, 'accept', { note: 'prices rose' })], [twoChanges]);
    const review = state.checks.get(1)!;
    expect(review.decision).toBe('accepted');
    expect(review.latest).toEqual({ decision: 'accepted', eventId: 1, by: 'ada', at: 1001, note: 'prices rose' });
    expect([...review.differences.keys()]).toEqual(['body:/price', 'body:/name']);
  });

  test('a check is accepted only when each of its failing differences is', () => {
    const first = event(1, 'accept', { difference: 'body:/price' });
    expect(foldReview([first], [twoChanges]).checks.get(1)!.decision).toBe('undecided');
    const second = event(2, 'accept', { difference: 'body:/name' });
    expect(foldReview([first, second], [twoChanges]).checks.get(1)!.decision).toBe('accepted');
  });

  test('harmless additions beside a failing difference need no decision of their own', () => {
    const mixed = check(1, [difference('/price'), difference('/note', 'added'), difference('/at', 'equivalent')]);
    const state = foldReview([event(1, 'accept', { difference: 'body:/price' })], [mixed]);
    expect(state.accepted).toBe(1);
  });

  test('one rejected difference rejects the check', () => {
    const events = [event(1, 'accept'), event(2, 'reject', { difference: 'body:/name', note: 'wrong' })];
    const state = foldReview(events, [twoChanges]);
    expect(state.checks.get(1)!.decision).toBe('rejected');
    expect(state.checks.get(1)!.latest?.note).toBe('wrong');
  });

  test('of a decision on the check and one on its difference the newer counts', () => {
    const events = [event(1, 'reject', { difference: 'body:/name' }), event(2, 'accept')];
    expect(foldReview(events, [twoChanges]).checks.get(1)!.decision).toBe('accepted');
  });

  test('a check without a response can be rejected as a whole', () => {
    const failed = check(1, [], 'failed');
    expect(foldReview([event(1, 'reject')], [failed]).checks.get(1)!.decision).toBe('rejected');
  });

  test('undo takes an event back, undo of the undo brings it back', () => {
    const accept = event(1, 'accept');
    const undo = event(2, 'undo', { undoes: 1 });
    const redo = event(3, 'undo', { undoes: 2 });
    expect(foldReview([accept], [twoChanges])).toMatchObject({ accepted: 1, undoable: 1 });
    expect(foldReview([accept, undo], [twoChanges])).toMatchObject({ accepted: 0, undecided: 1, redoable: 2 });
    expect(foldReview([accept, undo, redo], [twoChanges])).toMatchObject({ accepted: 1, undoable: 1 });
    expect(foldReview([accept, undo, redo], [twoChanges])).not.toHaveProperty('redoable');
  });

  test('a decision on many checks is taken back, and brought back, as the one it was', () => {
    const checks = [check(1, [difference('/price')]), check(2, [difference('/price')])];
    const decided = [1, 2, 3].map((id) => event(id, 'accept', { checkId: id, ...(id === 1 ? {} : { batch: 1 }) }));
    const undo = event(4, 'undo', { undoes: 3 });
    expect(foldReview(decided, checks)).toMatchObject({ accepted: 2, undoable: 3 });
    expect(foldReview([...decided, undo], checks)).toMatchObject({ accepted: 0, undecided: 2, redoable: 4 });
    expect(foldReview([...decided, undo], checks)).not.toHaveProperty('undoable');
    const redo = event(5, 'undo', { undoes: 4 });
    expect(foldReview([...decided, undo, redo], checks)).toMatchObject({ accepted: 2, undoable: 3 });
  });

  test('undoing a decision lets the one before it stand again', () => {
    const events = [event(1, 'reject'), event(2, 'accept'), event(3, 'undo', { undoes: 2 })];
    expect(foldReview(events, [twoChanges]).checks.get(1)!.decision).toBe('rejected');
  });

  test('several undos are redone from the last to the first, until something new is decided', () => {
    const events = [event(1, 'accept'), event(2, 'reject'), event(3, 'undo', { undoes: 2 })];
    events.push(event(4, 'undo', { undoes: 1 }));
    expect(foldReview(events, [twoChanges]).redoable).toBe(4);
    events.push(event(5, 'undo', { undoes: 4 }));
    expect(foldReview(events, [twoChanges])).toMatchObject({ redoable: 3, undoable: 1 });
    events.push(event(6, 'accept'));
    expect(foldReview(events, [twoChanges])).not.toHaveProperty('redoable');
  });

  test('events of other checks do not touch a check', () => {
    const state = foldReview([event(1, 'accept', { checkId: 2 })], [twoChanges, check(2, [difference('/a')])]);
    expect(state).toMatchObject({ accepted: 1, undecided: 1 });
  });

  test('taking back every event leaves nothing decided, whatever was decided, and the order they arrive in is free', () => {
    const action = fc.constantFrom('accept' as const, 'reject' as const);
    const target = fc.constantFrom(undefined, 'body:/price', 'body:/name');
    fc.assert(
      fc.property(fc.array(fc.tuple(action, target), { maxLength: 12 }), fc.gen(), (steps, gen) => {
        const events = steps.map(([what, key], i) => event(i + 1, what, key === undefined ? {} : { difference: key }));
        const shuffled = gen(fc.shuffledSubarray, events, { minLength: events.length });
        expect(foldReview(shuffled, [twoChanges])).toEqual(foldReview(events, [twoChanges]));
        const undos = events.map((one, i) => event(events.length + i + 1, 'undo', { undoes: one.id }));
        expect(foldReview([...events, ...undos], [twoChanges])).toMatchObject({ accepted: 0, rejected: 0 });
      }),
    );
  });

  test('a difference is named by its part and path', () => {
    expect(differenceKey({ part: 'header', path: 'etag' })).toBe('header:etag');
  });
});
