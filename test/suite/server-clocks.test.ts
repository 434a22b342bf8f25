import { expect, test } from 'vitest';
import { ServerClocks } from '../../src/suite/server-clocks.ts';
import { baselineAt, freshAt, response } from '../support/comparable.ts';

const dayMs = 86_400_000;
const told = (ms: number, more: readonly string[] = []) => ({
  headers: ['Date', new Date(ms).toUTCString(), ...more],
});
const baseline = response({ ...told(baselineAt), capturedAt: baselineAt });
const fresh = (headers: { readonly headers: readonly string[] }) => response({ ...headers, capturedAt: freshAt });

test('the clock of a server is as its last response with a Date told', () => {
  const clocks = new ServerClocks();
  expect(clocks.of('default')).toEqual({});
  clocks.remember('default', baseline, fresh(told(freshAt - 3 * dayMs)));
  const behind = { baseline: 0, fresh: 999 - 3 * dayMs };
  expect(clocks.of('default')).toEqual(behind);
  clocks.remember('default', baseline, fresh({ headers: [] }));
  clocks.remember('default', baseline, fresh(told(freshAt - dayMs, ['Age', '86400'])));
  expect(clocks.of('default')).toEqual(behind);
  expect(clocks.of('payments')).toEqual({});
  clocks.remember('default', baseline, fresh(told(freshAt)));
  expect(clocks.of('default')).toEqual({ baseline: 0, fresh: 0 });
});
