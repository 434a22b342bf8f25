import { describe, expect, test } from 'vitest';
import { type Exchange, emptyBody } from '../../src/model/exchange.ts';
import type { ValueFlow } from '../../src/model/flow.ts';
import { planSteps } from '../../src/suite/plan.ts';
import { type ExchangeParts, newExchange, responseOutcome } from '../support/cassette.ts';
import { valueFlow } from '../support/value-flow.ts';

function session(...parts: readonly ExchangeParts[]): Exchange[] {
  return parts.map((one, position) => ({ id: position + 1, ...newExchange(1, { position, ...one }) }));
}

const flow = (from: number, to: number): ValueFlow => valueFlow({ from, to });

const crud = session(
  { method: 'POST', target: '/login' },
  { method: 'GET', target: '/items' },
  { method: 'GET', target: '/next' },
  { method: 'PUT', target: '/items/1' },
  { method: 'GET', target: '/items/1' },
  { method: 'DELETE', target: '/items/1' },
);

const shape = (plan: ReturnType<typeof planSteps>): string[] =>
  plan.steps.map(({ position, purpose }) => `${position} ${purpose}`);

describe('the plan of a run', () => {
  test('everything complete is judged, in recorded order, with the flows into it', () => {
    const plan = planSteps({ exchanges: crud, flows: [flow(0, 3), flow(1, 3)] });
    expect(shape(plan)).toEqual(['0 judged', '1 judged', '2 judged', '3 judged', '4 judged', '5 judged']);
    expect(plan.steps[3]?.flows).toEqual([flow(0, 3), flow(1, 3)]);
    expect(plan.skipped).toEqual([]);
  });

  test('a selection brings the writes before it, and nothing after it', () => {
    expect(shape(planSteps({ exchanges: crud, flows: [], grep: /^GET \/items\/1$/ }))).toEqual([
      '0 supporting',
      '3 supporting',
      '4 judged',
    ]);
  });

  test('a selection brings the reads whose values it needs, over any number of steps', () => {
    const flows = [flow(1, 2), flow(2, 4)];
    expect(shape(planSteps({ exchanges: crud, flows, grep: /^GET \/items\/1$/ }))).toEqual([
      '0 supporting',
      '1 supporting',
      '2 supporting',
      '3 supporting',
      '4 judged',
    ]);
  });

  test('a selection of nothing has no steps', () => {
    expect(planSteps({ exchanges: crud, flows: [], grep: /nowhere/ })).toEqual({ steps: [], skipped: [] });
  });

  test('recordings that cannot be judged are named, and sent only where others build on them', () => {
    const cut = responseOutcome({ body: { ...emptyBody, truncated: true, fullSizeBytes: 5 } });
    const exchanges = session(
      { method: 'GET', target: '/big', outcome: cut },
      { method: 'GET', target: '/needed', outcome: cut },
      { method: 'POST', target: '/write', outcome: cut },
      { method: 'POST', target: '/gone', outcome: { kind: 'failure', code: 'client-aborted', message: '' } },
      { method: 'GET', target: '/last' },
      { method: 'POST', target: '/after', outcome: cut },
    );
    const plan = planSteps({ exchanges, flows: [flow(1, 4), flow(3, 4)] });
    expect(shape(plan)).toEqual(['1 supporting', '2 supporting', '4 judged']);
    expect(plan.skipped.map(({ position }) => position)).toEqual([0, 1, 2, 3, 5]);
    expect(plan.skipped[0]?.reason).toBe('its response body was stored only in part (--max-body)');
  });
});
