import path from 'node:path';
import { expect, test } from 'vitest';
import { vitestFile } from '../../src/cli/vitest-file.ts';
import { cassetteOf } from '../support/cassette.ts';

test('names the cassette relative to the file, as a URL that resolves to it', () => {
  const cassettePath = cassetteOf([{}]);
  const root = path.dirname(path.dirname(cassettePath));
  for (const folder of [root, path.join(root, 'test', 'a b'), path.dirname(cassettePath)]) {
    const text = vitestFile({ cassettePath, folder });
    const reference = /new URL\('([^']+)'/.exec(text)![1]!;
    expect(reference).toMatch(/^\.\.?\//);
    const url = new URL(reference, `file://${encodeURI(folder)}/x.test.ts`);
    expect(decodeURIComponent(url.pathname)).toBe(cassettePath);
  }
});

test('takes the newest session, or the named one', () => {
  const cassettePath = cassetteOf([{}], { name: 'checkout' });
  expect(vitestFile({ cassettePath, folder: '/' })).toContain("session: 'checkout'");
  expect(() => vitestFile({ cassettePath, session: 'other', folder: '/' })).toThrow(
    expect.objectContaining({ code: 'SESSION_MISSING' }),
  );
});
