import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InjectedFault } from '../../src/model/fault.ts';
import { parseFault } from '../../src/model/fault-text.ts';
import { FaultPlan, type FaultyRequest } from '../../src/proxy/fault-plan.ts';
import { testClock } from '../support/test-clock.ts';

function planOf(lines: readonly string[], seed = 1) {
  const injected: InjectedFault[] = [];
  const clock = testClock();
  const plan = new FaultPlan({
    faults: lines.map(parseFault),
    seed,
    clock,
    onInjected: (one) => injected.push(one),
  });
  return { plan, injected, clock };
}

const get = (target: string, lane = 'default'): FaultyRequest => ({ method: 'GET', target, lane });

/** `R` where the request is refused. */
function refusals(plan: FaultPlan, requests: readonly FaultyRequest[]): string {
  return requests.map((request) => (plan.decide(request)?.refusal ? 'R' : '.')).join('');
}

const many = (count: number, target = '/a', lane = 'default'): FaultyRequest[] =>
  Array.from({ length: count }, () => get(target, lane));

describe('which requests are struck', () => {
  test('those in the scope, whatever is behind the question mark', () => {
    const { plan } = planOf(['GET /orders/*: 503']);
    expect(plan.decide(get('/orders/7?full=1'))?.refusal).toMatchObject({ kind: 'status', status: 503 });
    expect(plan.decide(get('/orders'))).toBeUndefined();
    expect(plan.decide({ ...get('/orders/7'), method: 'DELETE' })).toBeUndefined();
  });

  test('the first ones, for each lane anew', () => {
    const { plan } = planOf(['*: reset first 2']);
    expect(refusals(plan, many(4))).toBe('RR..');
    expect(refusals(plan, many(4, '/b', 'other'))).toBe('RR..');
  });

  test('those behind the first ones', () => {
    expect(refusals(planOf(['*: reset after 2']).plan, many(5))).toBe('..RRR');
    expect(refusals(planOf(['*: reset first 2 after 1']).plan, many(5))).toBe('.RR..');
  });

  test('those of one lane', () => {
    const { plan } = planOf(['*: reset lane blue']);
    expect(refusals(plan, [get('/a'), get('/a', 'blue')])).toBe('.R');
  });
});

describe('chance', () => {
  test('about as many as were asked for', () => {
    const hits = refusals(planOf(['*: 503 20%']).plan, many(2000)).split('R').length - 1;
    expect(hits).toBeGreaterThan(320);
    expect(hits).toBeLessThan(480);
  });

  test('the same seed strikes the same requests, another one others', () => {
    const lines = ['*: 503 20%', 'GET /a: timeout 10%'];
    const once = refusals(planOf(lines).plan, many(200));
    expect(refusals(planOf(lines).plan, many(200))).toBe(once);
    expect(refusals(planOf(lines, 2).plan, many(200))).not.toBe(once);
  });

  test('a fault may bring its own seed', () => {
    expect(refusals(planOf(['*: 503 50% seed 9'], 1).plan, many(100))).toBe(
      refusals(planOf(['*: 503 50% seed 9'], 2).plan, many(100)),
    );
  });

  test('a higher chance strikes the same requests and more', () => {
    const low = refusals(planOf(['*: 503 10%']).plan, many(300));
    const high = refusals(planOf(['*: 503 40%']).plan, many(300));
    const both = Array.from(low, (mark, index) => (mark === high[index] ? mark : '.')).join('');
    expect(both).toBe(low);
    expect(high).not.toBe(low);
  });

  test('another fault in the list changes nothing for the ones beside it', () => {
    const alone = planOf(['GET /a: latency 1ms..1s 50%']).plan;
    const among = planOf(['POST /z: reset', 'GET /b: latency 5ms', 'GET /a: latency 1ms..1s 50%']).plan;
    const delays = (plan: FaultPlan) => many(50).map((request) => plan.decide(request)?.delayMs ?? 0);
    expect(delays(among)).toEqual(delays(alone));
  });

  test('what happens to a request does not depend on how lanes and other requests mix', () => {
    const requests = [...many(6, '/a', 'one'), ...many(6, '/a', 'two'), ...many(6, '/b', 'one')];
    const fates = (order: readonly FaultyRequest[]): Record<string, (number | string | undefined)[]> => {
      const { plan } = planOf(['*: 503 30%', '*: latency 20ms±10ms']);
      const found: Record<string, (number | string | undefined)[]> = {};
      for (const request of order) {
        const decision = plan.decide(request);
        (found[`${request.lane} ${request.target}`] ??= []).push(decision?.delayMs, decision?.refusal?.kind);
      }
      return found;
    };
    const expected = fates(requests);
    fc.assert(
      fc.property(fc.shuffledSubarray(requests, { minLength: requests.length }), (order) => {
        expect(fates(order)).toEqual(expected);
      }),
    );
  });
});

describe('several faults', () => {
  test('delays add up, also before a refusal, and the first refusal answers', () => {
    const { plan, injected } = planOf([
      '*: latency 100ms',
      '*: 503',
      '*: reset',
      '*: latency 50ms',
      '*: bandwidth 1kB/s',
    ]);
    expect(plan.decide(get('/a'))).toMatchObject({
      delayMs: 150,
      refusal: { kind: 'status', status: 503, fault: '*: 503' },
      body: [],
    });
    expect(injected.map(({ effect }) => effect).toSorted()).toEqual(['503', 'latency 100ms', 'latency 50ms']);
  });

  test('what is wrong with a body is told when it shows', () => {
    const { plan, injected } = planOf([
      '*: truncated at 50%',
      '*: reset at 1kB',
      '*: garbage',
      '*: slow-first-byte 1s',
    ]);
    const { body = [] } = plan.decide(get('/a')) ?? {};
    expect(body).toMatchObject([
      { kind: 'cut', at: { unit: 'share', share: 0.5 }, way: 'cut' },
      { kind: 'cut', at: { unit: 'bytes', bytes: 1024 }, way: 'reset' },
      { kind: 'garbage' },
      { kind: 'late', delayMs: 1000 },
    ]);
    expect(injected).toEqual([]);
    body[1]?.tell();
    expect(injected).toMatchObject([{ id: 2, effect: 'reset at 1kB', number: 1 }]);
  });
});

describe('a rate limit', () => {
  const afterOf = (plan: FaultPlan): number | undefined => {
    const refusal = plan.decide(get('/a'))?.refusal;
    return refusal?.kind === 'status' ? refusal.retryAfterS : undefined;
  };

  test('by time: the window begins with its first request, and says when it ends', () => {
    const { plan, clock } = planOf(['*: rate-limit 2 per 10s']);
    expect([afterOf(plan), afterOf(plan), afterOf(plan)]).toEqual([undefined, undefined, 10]);
    clock.advance(7200);
    expect(afterOf(plan)).toBe(3);
    clock.advance(2800);
    expect([afterOf(plan), afterOf(plan), afterOf(plan)]).toEqual([undefined, undefined, 10]);
  });

  test('by number: the same in every run', () => {
    expect(refusals(planOf(['*: rate-limit 2 per 5 requests']).plan, many(12))).toBe('..RRR..RRR..');
  });

  test('for each lane by itself', () => {
    const { plan } = planOf(['*: rate-limit 1 per 1s']);
    expect(refusals(plan, [...many(2), ...many(2, '/a', 'other')])).toBe('.R.R');
  });
});

describe('while it runs', () => {
  test('a plan without faults decides nothing', () => {
    const { plan } = planOf([]);
    expect(plan.active).toBeUndefined();
    const { id } = plan.add('*: 503');
    expect(plan.active).toBe(plan);
    expect(plan.remove(id)).toBe(true);
    expect(plan.remove(id)).toBe(false);
    expect(plan.active).toBeUndefined();
  });

  test('the list says what has come of each fault', () => {
    const { plan } = planOf(['GET /a: 503 first 1']);
    const added = plan.add({ in: '*', fault: 'latency 5ms' });
    refusals(plan, [get('/a'), get('/a'), get('/b')]);
    expect(plan.list()).toMatchObject([
      { id: 1, text: 'GET /a: 503 first 1', matched: 2, injected: 1 },
      { id: added.id, text: '*: latency 5ms', matched: 3, injected: 3 },
    ]);
    expect(() => plan.add('*: nonsense')).toThrow('"nonsense" is no fault');
  });

  test('the last faults are at hand, newest first', () => {
    const { plan } = planOf(['*: reset first 3']);
    refusals(plan, [get('/a'), get('/b')]);
    expect(plan.recent()).toMatchObject([
      { effect: 'reset', method: 'GET', target: '/b', lane: 'default', number: 2, times: 3 },
      { target: '/a', number: 1, times: 3 },
    ]);
    for (let i = 0; i < 300; i += 1) plan.decide(get(`/${i}`, `lane-${i}`));
    expect(plan.recent()).toHaveLength(100);
  });
});
