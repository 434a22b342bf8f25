import { describe, expect, test } from 'vitest';
import { LiveValues } from '../../src/suite/live-values.ts';
import type { Step } from '../../src/suite/plan.ts';
import { valueFlow } from '../support/value-flow.ts';

const flow = valueFlow({
  fromPlace: 'json:/token',
  toPlace: 'header:authorization[0]',
  prefix: 'Bearer ',
  value: 'recorded-token',
});

const step: Step = {
  position: 1,
  method: 'GET',
  target: '/me',
  targetName: 'default',
  purpose: 'judged',
  flows: [flow],
  way: 'request',
  effect: 'read',
  pace: 'alone',
  startedAt: 0,
  endedAt: 1,
};

const request = { target: '/me?key=kkkk', headers: ['Authorization', 'Bearer recorded-token'], body: undefined };
const response = (text: string): { headers: string[]; body: Buffer } => ({
  headers: ['Content-Type', 'application/json'],
  body: Buffer.from(text),
});

describe('values of a run', () => {
  test('go from the fresh response into the later request', () => {
    const live = new LiveValues({ flows: [flow], secrets: [] });
    expect(live.missing(step)).toBe(flow);
    live.learn(0, response('{"token":"fresh-token"}'));
    expect(live.missing(step)).toBeUndefined();
    expect(live.carryInto(step, request).headers).toEqual(['Authorization', 'Bearer fresh-token']);
  });

  test.each(['{}', '{"token":null}', '{"token":""}', 'not json'])('%s gives none', (text) => {
    const live = new LiveValues({ flows: [flow], secrets: [] });
    live.learn(0, response(text));
    expect(live.missing(step)).toBe(flow);
  });

  test('stand beside secrets from outside', () => {
    const secrets = [{ pseudonym: 'kkkk', value: 'real key', uses: [{ position: 1, place: 'query:key[0]' }] }];
    const live = new LiveValues({ flows: [flow], secrets });
    live.learn(0, response('{"token":"fresh-token"}'));
    expect(live.carryInto(step, request)).toMatchObject({
      target: expect.stringMatching(/^\/me\?key=real(\+|%20)key$/) as string,
      headers: ['Authorization', 'Bearer fresh-token'],
    });
    expect(live.carryInto({ ...step, position: 2, flows: [] }, request)).toEqual(request);
  });
});
