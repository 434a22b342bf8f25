import { describe, expect, test } from 'vitest';
import { contextOf } from '../../src/cli/context.ts';

describe('the context of a command', () => {
  test('CI comes from the environment and a flag overrides it both ways', () => {
    expect(contextOf({}, { CI: 'true' }).ci).toBe(true);
    expect(contextOf({}, { CI: 'false' }).ci).toBe(false);
    expect(contextOf({ ci: false }, { CI: '1' }).ci).toBe(false);
    expect(contextOf({ ci: true }, {}).ci).toBe(true);
  });

  test('colour is off without a terminal unless asked for', () => {
    expect(contextOf({ color: true }, { NO_COLOR: '1' }).paint('red', 'x')).toContain('\u001b[31m');
    expect(contextOf({ color: false }, {}).paint('red', 'x')).toBe('x');
  });

  test('a folder that is not there, or is a file, is refused', () => {
    expect(() => contextOf({ cwd: '/no/such/folder' }, {})).toThrow('/no/such/folder is not a folder');
    expect(() => contextOf({ cwd: import.meta.filename }, {})).toThrow('is not a folder');
  });
});
