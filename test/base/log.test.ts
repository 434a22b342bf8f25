import { expect, test } from 'vitest';
import { visible } from '../../src/base/log.ts';

test('control characters, escape sequences and bidirectional overrides become visible', () => {
  expect(visible('a\u001b[31mred\u0007')).toBe('a\\u001b[31mred\\u0007');
  expect(visible('user\u202egnp.exe')).toBe('user\\u202egnp.exe');
  expect(visible('\u009b2J')).toBe('\\u009b2J');
});

test('ordinary text, tabs and line ends stay as they are', () => {
  expect(visible('Grüße\t→ 値\n')).toBe('Grüße\t→ 値\n');
});
