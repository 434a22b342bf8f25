import { describe, expect, test } from 'vitest';
import type { ExchangeSummary } from '../../src/model/exchange.ts';
import { parseTrafficFilter } from '../../src/ui/traffic-filter.ts';

function summary(overrides: Partial<ExchangeSummary>): ExchangeSummary {
  return {
    sessionId: 1,
    session: 's',
    position: 0,
    method: 'GET',
    target: '/orders/7?expand=lines',
    targetName: 'default',
    startedAt: 0,
    requestBytes: 0,
    responseBytes: 0,
    contentType: 'application/json',
    ...overrides,
  };
}

const exchanges = {
  get: summary({ status: 200 }),
  post: summary({ method: 'POST', target: '/login', status: 201 }),
  missing: summary({ target: '/Nope', status: 404, contentType: 'text/html' }),
  broken: summary({ status: 503 }),
  failed: summary({ target: '/slow', failure: 'timeout' }),
  running: summary({ target: '/events' }),
};

function matching(text: string): string[] {
  const filter = parseTrafficFilter(text);
  if (!filter.ok) throw new Error(filter.problem);
  return Object.entries(exchanges)
    .filter(([, exchange]) => filter.matches(exchange))
    .map(([name]) => name);
}

describe('the filter', () => {
  test.each([
    ['', ['get', 'post', 'missing', 'broken', 'failed', 'running']],
    ['orders', ['get', 'broken']],
    ['NOPE', ['missing']],
    ['html', ['missing']],
    ['expand=lines status:200', ['get']],
    ['status:5xx', ['broken']],
    ['status:>=400', ['missing', 'broken']],
    ['status:<300', ['get', 'post']],
    ['status:404', ['missing']],
    ['method:post', ['post']],
    ['type:html', ['missing']],
    ['is:error', ['missing', 'broken', 'failed']],
    ['is:failed', ['failed']],
    ['is:running', ['running']],
    ['is:write', ['post']],
    ['is:read -status:2xx', ['missing', 'broken', 'failed', 'running']],
    ['-orders -is:error', ['post', 'running']],
    ['-', []],
    ['/orders/7?expand', ['get', 'broken']],
  ])('%s', (text, names) => {
    expect(matching(text)).toEqual(names);
  });

  test.each([
    ['status:', 'status: is not understood; write status:404, status:5xx or status:>=400'],
    ['status:6xx', 'status:6xx is not understood; write status:404, status:5xx or status:>=400'],
    ['is:strange', 'is:strange is unknown; there are is:error, is:failed, is:running, is:write, is:read'],
    ['is:constructor', 'is:constructor is unknown; there are is:error, is:failed, is:running, is:write, is:read'],
    ['method:', 'method: needs a method, for example method:POST'],
    ['type:', 'type: needs a word, for example type:json'],
  ])('%s is explained', (text, problem) => {
    expect(parseTrafficFilter(text)).toEqual({ ok: false, problem });
  });
});
