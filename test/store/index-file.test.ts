import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openIndexFile } from '../../src/store/index-file.ts';
import type { IndexedRecording } from '../../src/store/replay-index.ts';
import { tempFolder } from '../support/temp-folder.ts';

const key = 'aa'.repeat(16);

const recording = (position: number): IndexedRecording => ({
  id: 100 + position,
  position,
  requestKey: key,
  slots: [],
  servable: true,
  switches: false,
  isWrite: false,
  state: 0,
  since: 0,
  epoch: 0,
});

describe('an index file', () => {
  test('is made once and then taken as it is', () => {
    const file = path.join(tempFolder(), '.retake', 'index-1');
    const sessions = [{ sessionId: 7, recordings: () => [recording(0), recording(1)] }];
    const made = openIndexFile(file, sessions);
    expect(made.index.candidates(7, key)).toHaveLength(2);
    made.close();
    const again = openIndexFile(file, [{ sessionId: 7, recordings: () => [] }]);
    expect(again.index.candidates(7, key)).toHaveLength(2);
    again.close();
  });

  test('stays in memory where nothing can be written', () => {
    const file = path.join(tempFolder(), 'a-file');
    writeFileSync(file, '');
    const { index, close } = openIndexFile(path.join(file, 'below-a-file', 'index'), [
      { sessionId: 7, recordings: () => [recording(0)] },
    ]);
    expect(index.candidates(7, key)).toHaveLength(1);
    close();
  });
});
