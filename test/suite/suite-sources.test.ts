import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openSuiteSources } from '../../src/suite/suite-sources.ts';
import { cassetteOf } from '../support/cassette.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('opens what a run needs, with secrets and key from the environment', () => {
  const cassettePath = cassetteOf([{}]);
  const folder = tempFolder();
  const env = { RETAKE_REDACT_KEY: 'k', RETAKE_SECRET_PIN: '1234' };
  const sources = openSuiteSources({ folder, cassettePath, targets: ['http://127.0.0.1:1'], env });
  expect(sources.cassette).toBe('checkout');
  expect(sources.session.name).toBe('session-1');
  expect(sources.targets.get('default')?.port).toBe(1);
  expect(sources.secret('RETAKE_SECRET_PIN')).toBe('1234');
  expect(sources.secret('RETAKE_SECRET_OTHER')).toBeUndefined();
  expect(sources.runStore.runs(1)).toEqual([]);
  sources.close();
});

test('what cannot be opened leaves nothing open', () => {
  const cassettePath = cassetteOf([{}]);
  const folder = tempFolder();
  const open = (parts: { session?: string; targets?: string[] }): unknown =>
    openSuiteSources({ folder, cassettePath, targets: ['http://127.0.0.1:1'], env: {}, ...parts });
  expect(() => open({ session: 'nope' })).toThrow(expect.objectContaining({ code: 'SESSION_MISSING' }));
  expect(() => open({ targets: ['nope'] })).toThrow(expect.objectContaining({ code: 'TARGET_INVALID' }));
  // An open SQLite connection would keep files beside it.
  rmSync(path.dirname(cassettePath), { recursive: true });
});
