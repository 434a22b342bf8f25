import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkSessionName, hasSession } from '../../src/store/named-session.ts';
import { appErrorOf } from '../support/app-error.ts';
import { replayFolder, shop } from '../support/replayable.ts';

describe('the session that a command names', () => {
  test('may be left out, or has a name that fits into an address', () => {
    checkSessionName(undefined);
    checkSessionName('first-run_2.0');
    const { code, message } = appErrorOf(() => checkSessionName('a/b'));
    expect({ code, message }).toEqual({ code: 'USAGE', message: 'a/b cannot be the name of a session' });
  });

  test('is looked for in the cassette, which may not be there yet', async () => {
    const folder = replayFolder(shop);
    const file = path.join(folder, 'cassettes', 'shop.cassette');
    expect(await hasSession(path.join(folder, 'none.cassette'), undefined)).toBe(false);
    expect(await hasSession(file, undefined)).toBe(true);
    expect(await hasSession(file, 'session-1')).toBe(true);
    expect(await hasSession(file, 'session-2')).toBe(false);
  });
});
