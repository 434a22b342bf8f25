import { describe, expect, test } from 'vitest';
import { editMultipart, editPairs } from '../../src/redact/pair-secrets.ts';
import type { SecretSlot } from '../../src/redact/secret-names.ts';

function collector(): { readonly found: SecretSlot[]; readonly visit: (secret: SecretSlot) => string } {
  const found: SecretSlot[] = [];
  const visit = (secret: SecretSlot): string => {
    found.push(secret);
    return secret.value.replace(/[a-z]/g, 'x');
  };
  return { found, visit };
}

describe('secrets in a query or form', () => {
  test('are replaced in place and nothing else changes', () => {
    const { found, visit } = collector();
    const text = '/p?a=%7E&token=a%2Fb+c&&flag&TOKEN=&token=z&page_token=keep#';
    expect(editPairs(text, 'query', visit, 3)).toBe('/p?a=%7E&token=x%2Fx+x&&flag&TOKEN=&token=x&page_token=keep#');
    expect(found).toEqual([
      { place: 'query:token[0]', rule: 'query:token', name: 'TOKEN', value: 'a/b c' },
      { place: 'query:token[1]', rule: 'query:token', name: 'TOKEN', value: 'z' },
    ]);
  });

  test('are found under encoded and nested names', () => {
    const { found, visit } = collector();
    expect(editPairs('user%5Bpassword%5D=p&pass%77ord=q', 'form', visit)).toBe('user%5Bpassword%5D=x&pass%77ord=x');
    expect(found.map(({ place }) => place)).toEqual(['form:user[password][0]', 'form:password[0]']);
  });

  test('a name without a value, or with a blank one, has none', () => {
    const { found, visit } = collector();
    expect(editPairs('token&password=&secret=+', 'form', visit)).toBe('token&password=&secret=+');
    expect(found).toEqual([]);
  });
});

test('secrets in text fields of a multipart body are replaced in place, files are left alone', () => {
  const { found, visit } = collector();
  const part = (disposition: string, value: string): string =>
    `--B\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${value}\r\n`;
  const body = (password: string): string =>
    `${part('name="user"', 'ann')}${part('name="password"', password)}${part('name="token"; filename="t"', 'abc')}--B--\r\n`;
  expect(editMultipart(body('a%41b'), 'B', visit)).toBe(body('x%41x'));
  expect(found.map(({ place, value }) => [place, value])).toEqual([['form:password[0]', 'a%41b']]);
});
