import { expect, test } from 'vitest';
import { cookieValues } from '../../src/model/cookies.ts';

test('values of cookies are found in every header and in order', () => {
  const headers = ['Cookie', 'a=1; sid=x=y; b', 'cookie', 'sid= z ;asid=no'];
  expect(cookieValues(headers, 'sid')).toEqual(['x=y', 'z']);
  expect(cookieValues(headers, 'SID')).toEqual([]);
  expect(cookieValues(headers, 'b')).toEqual([]);
});
