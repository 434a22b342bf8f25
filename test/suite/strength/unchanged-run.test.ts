import { expect, test } from 'vitest';
import { answerWith } from '../../../src/suite/strength/answer.ts';
import { UnchangedRun } from '../../../src/suite/strength/unchanged-run.ts';
import { compareRulesOf } from '../../../src/suite/session-judge.ts';
import { planSteps } from '../../../src/suite/plan.ts';
import { cassetteOf, openReader } from '../../support/cassette.ts';

const id = '6f1c2b9e-0d3a-4c55-9a43-5f0f0f0f0f0f';

test('an unchanged server is judged the same, and a value that was seen stands for itself', () => {
  const file = cassetteOf([1, 2].map(() => ({ responseBytes: JSON.stringify({ id, at: '2025-01-15T10:00:00Z' }) })));
  const reader = openReader(file);
  const session = reader.session();
  const { steps } = planSteps({ exchanges: reader.exchanges(session.id), flows: [] });
  const compareRules = compareRulesOf(reader, []);
  const run = new UnchangedRun({ reader, session, cassette: 'shop', steps, flows: [], compareRules });
  const [first, second] = [run.answer(0)!, run.answer(1)!];
  const other = (text: string) => Buffer.from(text.replace('6f1c', '7e1c'));
  const wrong = answerWith(second, { body: other(second.body!.toString()) });
  expect(run.firstSeen(id)).toBeUndefined();
  expect(run.tryOut(second, wrong)).toMatchObject({ verdict: 'equivalent', renames: [[id, id.replace('6f', '7e')]] });
  expect(run.judge(first, answerWith(first)).verdict).toBe('same');
  expect(run.firstSeen(id)).toBe(0);
  expect(run.tryOut(second, wrong).verdict).toBe('changed');
  expect(run.judge(second, answerWith(second)).verdict).toBe('same');
});
