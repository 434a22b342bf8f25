import { describe, expect, test } from 'vitest';
import { parseFault } from '../../../src/model/fault-text.ts';
import { FaultPlan } from '../../../src/proxy/fault-plan.ts';
import { testUi } from '../../support/ui-app.ts';

const plan = new FaultPlan({ faults: [parseFault('GET /orders/*: 503 first 3')], seed: 7 });
const ui = testUi({ faults: plan });
const plain = testUi();

describe('beside a replay', () => {
  test('faults in force are listed with what came of them, and the last ones that happened', async () => {
    for (let i = 0; i < 2; i += 1) plan.decide({ method: 'GET', target: `/orders/${i}?token=s3cret`, lane: 'blue' });
    const page = await ui.html('/faults');
    expect(page).toContain('GET /orders/*: 503 first 3');
    expect(page).toContain('2 of 2 requests');
    expect(page).toContain('Seed 7');
    expect(page).toMatch(/503<\/span> <strong>GET<\/strong> <code>\/orders\/1<\/code>/);
    expect(page).toContain('lane blue 2 of 3');
    expect(page).not.toContain('s3cret');
  });

  test('one is added by its line, and removed', async () => {
    const added = await ui.ask('/faults', { form: { fault: '*: latency 20ms' } });
    expect([added.status, added.headers.get('location')]).toEqual([303, '/faults']);
    expect(plan.list().map(({ text }) => text)).toEqual(['GET /orders/*: 503 first 3', '*: latency 20ms']);
    const { id } = plan.list()[1]!;
    expect((await ui.ask(`/faults/${id}/remove`, { form: {} })).status).toBe(303);
    expect((await ui.ask(`/faults/${id}/remove`, { form: {} })).status).toBe(303);
    expect(plan.list()).toHaveLength(1);
  });

  test('what is no fault is said, and what was written stays', async () => {
    const answer = await ui.ask('/faults', { form: { fault: 'GET /<b>: latancy 2s' } });
    expect(answer.status).toBe(409);
    const page = await answer.text();
    expect(page).toContain('&quot;latancy&quot; is no fault');
    expect(page).toContain('did you mean latency?');
    expect(page).toContain('value="GET /&lt;b&gt;: latancy 2s"');
  });

  test('pages of others cannot change them', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await ui.ask('/faults', { form: { fault: '*: reset' }, headers })).status).toBe(403);
    expect((await ui.ask('/faults', { method: 'POST', as: 'none' })).status).toBe(403);
    expect(plan.list()).toHaveLength(1);
  });

  test('the list of what is served leads there', async () => {
    expect(await ui.html('/served')).toContain('href="/faults"');
    expect(await plain.html('/served')).not.toContain('href="/faults"');
  });
});

test('without a replay there is nothing to change', async () => {
  expect(await plain.html('/faults')).toContain('No replay runs here');
  const answer = await plain.ask('/faults', { form: { fault: '*: reset' } });
  expect(answer.status).toBe(409);
  expect(await answer.text()).toContain('no replay runs here');
});
