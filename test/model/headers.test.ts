import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromPairs, headerValue, headerValues, toPairs, withHeader, withoutHopByHop } from '../../src/model/headers.ts';

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/);
const headers = fc.array(fc.tuple(name, fc.string()), { maxLength: 12 }).map((pairs) => pairs.flat());

describe('raw headers', () => {
  test('pairs and the flat list say the same', () => {
    fc.assert(
      fc.property(headers, (list) => {
        expect(fromPairs(toPairs(list))).toEqual(list);
      }),
    );
  });

  test('a name is found whatever its case, all its values in order', () => {
    const list = ['Set-Cookie', 'a=1', 'X', '', 'SET-COOKIE', 'b=2'];
    expect(headerValues(list, 'set-cookie')).toEqual(['a=1', 'b=2']);
    expect(headerValue(list, 'x')).toBe('');
    expect(headerValue(list, 'y')).toBeUndefined();
  });

  test('hop-by-hop headers go, with whatever Connection names, and nothing else', () => {
    const list = ['Host', 'a', 'Connection', 'close, X-Private', 'x-private', '1', 'TE', 'trailers', 'Accept', '*/*'];
    expect(withoutHopByHop(list)).toEqual(['Host', 'a', 'Accept', '*/*']);
  });

  test('replacing a header keeps its place and every other header', () => {
    expect(withHeader(['A', '1', 'Host', 'x', 'B', '2'], 'host', 'y')).toEqual(['A', '1', 'Host', 'y', 'B', '2']);
    expect(withHeader(['A', '1'], 'Host', 'y')).toEqual(['A', '1', 'Host', 'y']);
    expect(withHeader(['a', '1', 'A', '2', 'B', '3'], 'a', undefined)).toEqual(['B', '3']);
    fc.assert(
      fc.property(headers, name, fc.string(), (list, which, value) => {
        const others = (flat: readonly string[]): unknown =>
          toPairs(flat).filter(([n]) => n.toLowerCase() !== which.toLowerCase());
        const changed = withHeader(list, which, value);
        expect(headerValues(changed, which)).toEqual([value]);
        expect(others(changed)).toEqual(others(list));
      }),
    );
  });
});
