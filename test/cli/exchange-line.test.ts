import { describe, expect, test } from 'vitest';
import type { Paint } from '../../src/cli/context.ts';
import { exchangeLine } from '../../src/cli/exchange-line.ts';
import type { ExchangeSummary } from '../../src/model/exchange.ts';

const plain: Paint = (_style, text) => text;
const marked: Paint = (style, text) => `<${String(style)}>${text}`;

const summary: ExchangeSummary = {
  sessionId: 1,
  session: 'session-1',
  position: 7,
  method: 'GET',
  target: '/orders?page=2',
  targetName: 'default',
  startedAt: 0,
  durationMs: 12.4,
  status: 200,
  requestBytes: 0,
  responseBytes: 4096,
  contentType: 'application/json',
};

describe('the line of an exchange', () => {
  test('has position, status, method, target, size and duration', () => {
    expect(exchangeLine(summary, plain)).toBe('    7  200  GET   /orders?page=2  4.1\u00a0kB  12\u00a0ms');
    expect(exchangeLine(summary, plain, 'replayed')).toMatch(/ms {2}replayed$/);
  });

  test('says when a capture limit cut what is stored', () => {
    expect(exchangeLine({ ...summary, truncated: true }, plain)).toMatch(/ms {2}stored cut off$/);
  });

  test('of a failure has its code in place of the status, and no size', () => {
    const { status: _, ...rest } = summary;
    expect(exchangeLine({ ...rest, failure: 'refused' }, plain)).toBe(
      '    7  refused  GET   /orders?page=2  12\u00a0ms',
    );
  });

  test('shows control characters instead of obeying them', () => {
    expect(exchangeLine({ ...summary, target: '/\u001b[2J\u202e' }, plain)).toContain('/\\u001b[2J\\u202e');
  });

  test.for([
    [204, 'green'],
    [302, 'cyan'],
    [404, 'yellow'],
    [500, 'red'],
  ] as const)('%i is %s', ([status, color]) => {
    expect(exchangeLine({ ...summary, status }, marked)).toContain(`<${color}>${status}`);
  });
});
