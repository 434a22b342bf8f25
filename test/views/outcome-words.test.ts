import { expect, test } from 'vitest';
import { failureWords, statusTone } from '../../src/views/outcome-words.ts';

test.each([
  [101, 'info'],
  [200, 'good'],
  [299, 'good'],
  [304, 'info'],
  [404, 'warn'],
  [500, 'bad'],
  [599, 'bad'],
])('status %d has tone %s', (status, tone) => {
  expect(statusTone(status)).toBe(tone);
});

test('every failure has a short word for lists and a sentence for its page', () => {
  const codes = [
    'dns',
    'refused',
    'unreachable',
    'reset',
    'timeout',
    'tls',
    'protocol',
    'truncated',
    'client-aborted',
    'interrupted',
  ] as const;
  for (const code of codes) {
    const { short, sentence } = failureWords(code);
    expect(short.length).toBeLessThanOrEqual(14);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
  }
});
