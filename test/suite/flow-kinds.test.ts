import { expect, test } from 'vitest';
import { FlowKinds } from '../../src/suite/flow-kinds.ts';
import { valueFlow } from '../support/value-flow.ts';

test('a flow is of the kind that both ends speak of, and paths name kinds of their own', () => {
  const flow = valueFlow({ from: 0, fromPlace: 'json:/id', to: 1, toPlace: 'path:1' });
  const kinds = new FlowKinds([
    { position: 0, target: '/orders', flows: [] },
    { position: 1, target: '/orders/17', flows: [flow] },
  ]);
  expect(kinds.of(flow)).toEqual(['order']);
  expect([...kinds.known()]).toEqual(['order', 'order']);
});
