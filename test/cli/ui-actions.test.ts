import { expect, test } from 'vitest';
import { ruleActions } from '../../src/cli/rule-actions.ts';
import { uiActions } from '../../src/cli/ui-actions.ts';
import { cassetteOf } from '../support/cassette.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('a run that cannot reach its server says so before it is made', async () => {
  const { runTests, vitestFile, hasSecret } = uiActions({
    folder: tempFolder(),
    env: { RETAKE_SECRET_PASSWORD: 'x' },
    rules: ruleActions({ cwd: tempFolder(), ci: false }),
  });
  const started: number[] = [];
  const running = runTests!({
    cassettePath: cassetteOf([{}]),
    session: 'session-1',
    targets: ['http://127.0.0.1:1'],
    secrets: new Map(),
    writes: 'refused',
    onStart: (runId) => started.push(runId),
    signal: new AbortController().signal,
  });
  await expect(running).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
  expect(started).toEqual([]);
  expect(hasSecret!('RETAKE_SECRET_PASSWORD')).toBe(true);
  expect(hasSecret!('RETAKE_SECRET_TOKEN')).toBe(false);
  const text = await vitestFile!({ cassettePath: cassetteOf([{}]), session: 'session-1', folder: tempFolder() });
  expect(text).toContain("session: 'session-1'");
});
