import { createHash } from 'node:crypto';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Baseline, Check } from '../../src/model/run.ts';
import { acceptChecks, finishReview } from '../../src/review/finish.ts';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { type NewCheck, RunStore } from '../../src/store/run-store.ts';
import { cassetteOf, fixedTime, newExchange, newSession, responseOutcome } from '../support/cassette.ts';
import { difference } from '../support/suite-result.ts';

const runStartedAt = fixedTime + 86_400_000;

interface Stage {
  readonly file: string;
  readonly runStore: RunStore;
  readonly runId: number;
  readonly checks: readonly Check[];
  readonly decide: (
    position: number,
    action: 'accept' | 'reject',
    rest?: { difference?: string; note?: string },
  ) => number;
  readonly baselines: (position: number) => Baseline[];
  readonly decisions: (position: number) => ReturnType<CassetteReader['decisions']>;
}

const twoDifferences = [difference(), difference({ path: '/name' })];

/** A cassette of three exchanges and a run in which the first two changed and the third got no response. */
function stage(overrides: Partial<NewCheck> = {}): Stage {
  const file = cassetteOf([{ responseBytes: '{"price":1999}' }, { responseBytes: '{"n":1}' }, { responseBytes: '{}' }]);
  const runStore = RunStore.open(path.dirname(file));
  onTestFinished(() => runStore.close());
  const runId = runStore.beginRun({
    cassettePath: file,
    cassette: 'checkout',
    session: 'session-1',
    target: 'http://127.0.0.1:3000',
    startedAt: runStartedAt,
    toolVersion: '0.1.0',
  });
  const check = (position: number, parts: Partial<NewCheck>): NewCheck => ({
    address: `checkout:session-1/${position}`,
    position,
    method: 'GET',
    target: '/orders/7',
    template: '/orders/{id}',
    verdict: 'changed',
    durationMs: 3,
    differences: twoDifferences,
    baselineVersion: 1,
    ...parts,
  });
  const addChecked = (position: number, text: string, parts: Partial<NewCheck> = {}): void => {
    const body = Buffer.from(text);
    const sha256 = createHash('sha256').update(body).digest('hex');
    const facts = { sizeBytes: body.length, sha256, truncated: false, fullSizeBytes: body.length };
    const fresh = {
      outcome: responseOutcome({ body: facts }),
      startedAt: runStartedAt + position,
      renames: [['a', 'b']] as const,
    };
    runStore.addCheck(runId, check(position, parts), { fresh, body });
  };
  addChecked(0, '{"price":2099}', overrides);
  addChecked(1, '{"n":2}');
  runStore.addCheck(runId, check(2, { verdict: 'missing', note: 'not sent', differences: [] }));
  runStore.finishRun(runId, 'failed', runStartedAt + 10);
  const checks = runStore.checks(runId);

  const read = <T>(look: (reader: CassetteReader, exchangeId: number) => T, position: number): T => {
    const reader = CassetteReader.open(file);
    try {
      return look(reader, reader.exchange(reader.session().id, position)!.id);
    } finally {
      reader.close();
    }
  };
  let at = runStartedAt + 1000;
  return {
    file,
    runStore,
    runId,
    checks,
    decide: (position, action, rest = {}) => {
      at += 1;
      return runStore.addReviewEvent({ runId, checkId: checks[position]!.id, action, author: 'ada', at, ...rest });
    },
    baselines: (position) => read((reader, id) => reader.baselines(id), position),
    decisions: (position) => read((reader, id) => reader.decisions(id), position),
  };
}

const now = runStartedAt + 60_000;

describe('finishing a review', () => {
  test('an accepted response becomes the newest baseline with its renaming, author and note; the recording stays', () => {
    const { runStore, runId, decide, baselines, decisions, file } = stage();
    decide(0, 'accept', { note: 'prices rose' });
    expect(finishReview({ runStore, runId, now })).toEqual({ accepted: 1, rejected: 0, undecided: 2, notWritten: [] });
    const [recorded, accepted] = baselines(0);
    expect(recorded).toMatchObject({ version: 1, capturedAt: fixedTime });
    expect(accepted).toMatchObject({
      version: 2,
      capturedAt: runStartedAt,
      renames: [['a', 'b']],
      acceptedAt: now,
      author: 'ada',
      note: 'prices rose',
      run: String(runId),
    });
    expect(decisions(0)).toMatchObject([{ action: 'accept', baselineVersion: 2, author: 'ada', note: 'prices rose' }]);
    const reader = CassetteReader.open(file);
    onTestFinished(() => reader.close());
    const body = accepted!.outcome.kind === 'response' ? reader.body(accepted!.outcome.body.sha256) : undefined;
    expect(body?.toString()).toBe('{"price":2099}');
  });

  test('rejections are kept per difference, a rejection of the whole check once', () => {
    const { runStore, runId, decide, baselines, decisions } = stage();
    decide(0, 'accept', { difference: 'body:/price' });
    decide(0, 'reject', { difference: 'body:/name', note: 'a typo' });
    decide(1, 'reject', { note: 'wrong' });
    expect(finishReview({ runStore, runId, now })).toMatchObject({ accepted: 0, rejected: 2, undecided: 1 });
    expect(decisions(0)).toMatchObject([{ action: 'reject', difference: 'body:/name', note: 'a typo', author: 'ada' }]);
    expect(decisions(1)).toHaveLength(1);
    expect(decisions(1)[0]).toMatchObject({ action: 'reject', note: 'wrong' });
    expect(decisions(1)[0]).not.toHaveProperty('difference');
    expect(baselines(0)).toHaveLength(1);
  });

  test('a check of which only some differences are decided stays undecided', () => {
    const { runStore, runId, decide, baselines } = stage();
    decide(0, 'accept', { difference: 'body:/price' });
    expect(finishReview({ runStore, runId, now })).toMatchObject({ accepted: 0, undecided: 3 });
    expect(baselines(0)).toHaveLength(1);
  });

  test('finishing again writes nothing twice, and what was decided since', () => {
    const { runStore, runId, decide, baselines, decisions } = stage();
    decide(0, 'accept');
    decide(1, 'reject');
    finishReview({ runStore, runId, now });
    expect(finishReview({ runStore, runId, now: now + 1 })).toMatchObject({ accepted: 1, rejected: 1 });
    expect(baselines(0)).toHaveLength(2);
    expect(decisions(0)).toHaveLength(1);
    expect(decisions(1)).toHaveLength(1);
    decide(1, 'accept');
    finishReview({ runStore, runId, now: now + 2 });
    expect(baselines(1)).toHaveLength(2);
  });

  test('a response accepted already can only be rejected by a new run', () => {
    const { runStore, runId, decide } = stage();
    decide(0, 'accept');
    finishReview({ runStore, runId, now });
    decide(0, 'reject');
    expect(finishReview({ runStore, runId, now })).toMatchObject({
      rejected: 0,
      notWritten: [
        { address: 'checkout:session-1/0', reason: expect.stringContaining('accepted from this run') as string },
      ],
    });
  });

  test('a check without a response cannot be accepted, and the others still are', () => {
    const { runStore, runId, decide, baselines } = stage();
    decide(0, 'accept');
    decide(2, 'accept');
    expect(finishReview({ runStore, runId, now })).toEqual({
      accepted: 1,
      rejected: 0,
      undecided: 1,
      notWritten: [{ address: 'checkout:session-1/2', reason: 'nothing was sent, so there is no response to accept' }],
    });
    expect(baselines(0)).toHaveLength(2);
    expect(baselines(2)).toHaveLength(1);
  });

  test('nothing is written when a baseline moved on since the run, and the draft stays', () => {
    const { runStore, runId, decide, baselines, decisions, file } = stage();
    decide(0, 'accept');
    decide(1, 'reject');
    const writer = CassetteWriter.open(file, { create: 'never' });
    const { outcome } = writer.reader().exchange(1, 0)!;
    writer.acceptBaseline(1, { outcome: outcome!, capturedAt: fixedTime + 5, renames: [], author: 'bob', run: '99' });
    writer.close();
    expect(() => finishReview({ runStore, runId, now })).toThrow(
      expect.objectContaining({
        code: 'REVIEW_STALE',
        message: expect.stringContaining('checkout:session-1/0') as string,
      }),
    );
    expect(baselines(0)).toHaveLength(2);
    expect(decisions(1)).toEqual([]);
    expect(runStore.reviewEvents(runId)).toHaveLength(2);
  });

  test('a session recorded anew since the run is not touched', () => {
    const { runStore, runId, decide, file } = stage();
    decide(0, 'accept');
    const writer = CassetteWriter.open(file, { create: 'never' });
    writer.transaction(() => {
      const id = writer.beginSession(newSession({ name: 'again', startedAt: runStartedAt + 5000 }));
      writer.insertExchange({ ...newExchange(id), request: { ...newExchange(id).request, target: '/other' } });
      writer.finishSession(id, { endedAt: runStartedAt + 6000 });
      writer.swapSession('session-1', id);
    });
    writer.close();
    expect(() => finishReview({ runStore, runId, now })).toThrow(expect.objectContaining({ code: 'REVIEW_STALE' }));
  });

  test('a cassette that cannot be written leaves the draft as it was', () => {
    const { runStore, runId, decide, file, baselines } = stage();
    decide(0, 'accept');
    const other = CassetteWriter.open(file, { create: 'never' });
    try {
      expect(() => finishReview({ runStore, runId, now })).toThrow(
        expect.objectContaining({ code: 'CASSETTE_LOCKED' }),
      );
    } finally {
      other.close();
    }
    finishReview({ runStore, runId, now });
    expect(baselines(0)).toHaveLength(2);
  });

  test('an unknown run is said to be', () => {
    const { runStore } = stage();
    expect(() => finishReview({ runStore, runId: 99, now })).toThrow(expect.objectContaining({ code: 'RUN_MISSING' }));
  });
});

describe('accepting checks without a draft', () => {
  test('only the chosen ones become baselines', () => {
    const { runStore, runId, checks, baselines } = stage();
    const options = { runStore, runId, author: 'ada', note: 'release 2', now };
    expect(acceptChecks({ ...options, checkIds: [checks[1]!.id] })).toMatchObject({ accepted: 1, undecided: 2 });
    expect(baselines(1)[1]).toMatchObject({ author: 'ada', note: 'release 2' });
    expect(baselines(0)).toHaveLength(1);
  });

  test('accepting nothing opens no cassette', () => {
    const { runStore, runId, file } = stage();
    const other = CassetteWriter.open(file, { create: 'never' });
    onTestFinished(() => other.close());
    expect(acceptChecks({ runStore, runId, checkIds: [], author: 'ada', now })).toMatchObject({ accepted: 0 });
  });
});
