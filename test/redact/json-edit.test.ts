import { describe, expect, test } from 'vitest';
import { parseJsonTree } from '../../src/model/json-tree.ts';
import { editJsonSecrets, editJsonStrings } from '../../src/redact/json-edit.ts';
import type { SecretSlot } from '../../src/redact/secret-names.ts';

/** The document with every secret replaced by as many `#`, and what was found. */
function masked(text: string): { text: string; found: SecretSlot[] } {
  const found: SecretSlot[] = [];
  const edited = editJsonSecrets(text, parseJsonTree(text)!, (secret) => {
    found.push(secret);
    return '#'.repeat(secret.value.length);
  });
  return { text: edited, found };
}

const places = (text: string): string[] => masked(text).found.map(({ place }) => place);

describe('secrets in JSON', () => {
  test('are replaced in place; spaces, numbers, order and duplicates stay as they are', () => {
    const text = '{ "n" : 1.50, "password":"hunter2",\n"a":[1e3 , {"token" : "t\\u0041"}], "password": "again" }';
    expect(masked(text).text).toBe(
      '{ "n" : 1.50, "password":"#######",\n"a":[1e3 , {"token" : "#\\u0023"}], "password": "#####" }',
    );
  });

  test('say where they stand, by which rule and under which name', () => {
    expect(masked('{"user":{"a/b":[{"accessToken":"t1"}]}}').found).toEqual([
      { place: 'json:/user/a~1b/0/accessToken', rule: 'json:accesstoken', name: 'ACCESS_TOKEN', value: 't1' },
    ]);
  });

  test('are found in lists under a secret name', () => {
    expect(places('{"apiKeys":["a","b"],"secret":[["c"]],"tokens":["word"]}')).toEqual([
      'json:/apiKeys/0',
      'json:/apiKeys/1',
      'json:/secret/0/0',
    ]);
  });

  test('an object under a secret name is looked into, not replaced as a whole', () => {
    expect(places('{"token":{"type":"bearer","value":"t","expires":17,"refresh_token":"r"}}')).toEqual([
      'json:/token/value',
      'json:/token/refresh_token',
    ]);
  });

  test('numbers are replaced under the same names, except where they count tokens', () => {
    expect(places('{"pin":1234,"cvv":123,"token":5,"password":true,"otp":null,"secret":-1,"ssn":1.5}')).toEqual([
      'json:/pin',
      'json:/cvv',
    ]);
  });

  test('a name written with escapes is recognised', () => {
    expect(places('{"p\\u0061ssword":"x"}')).toEqual(['json:/password']);
  });

  test('a document without any comes back as the same text', () => {
    const text = '{"name":"x","items":[1,2]}';
    expect(masked(text).text).toBe(text);
    expect(masked('"just a string"').found).toEqual([]);
  });
});

test('strings of a document can be replaced one by one, knowing the member they stand under', () => {
  const text = '{"a":"x","b":{"c":["y",1]},"d":true}';
  const root = parseJsonTree(text)!;
  if (root.kind !== 'object') throw new Error('an object');
  expect(editJsonStrings(text, root, (member, value) => member + value)).toBe('{"a":"ax","b":{"c":["by",1]},"d":true}');
});
