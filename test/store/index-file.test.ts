import { readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openIndexFile } from '../../src/store/index-file.ts';
import type { IndexedRecording } from '../../src/store/replay-index.ts';
import { connectTo } from '../support/sqlite-file.ts';
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

const sessions = [{ sessionId: 7, recordings: () => [recording(0), recording(1)] }];

describe('an index file', () => {
  test('is made once and then taken as it is', () => {
    const file = path.join(tempFolder(), '.retake', 'index-1');
    const made = openIndexFile(file, { stamp: 's', sessions });
    expect(made.index.candidates(7, key)).toHaveLength(2);
    made.close();
    const again = openIndexFile(file, { stamp: 's', sessions: [{ sessionId: 7, recordings: () => [] }] });
    expect(again.index.candidates(7, key)).toHaveLength(2);
    again.close();
  });

  test('stays in memory where nothing can be written', () => {
    const file = path.join(tempFolder(), 'a-file');
    writeFileSync(file, '');
    const { index, close } = openIndexFile(path.join(file, 'below-a-file', 'index'), { stamp: 's', sessions });
    expect(index.candidates(7, key)).toHaveLength(2);
    close();
  });

  const folder = (): string => path.join(tempFolder(), '.retake');
  const made = (file: string, stamp = 's'): number => {
    const { index, close } = openIndexFile(file, { stamp, sessions });
    const { length } = index.candidates(7, key);
    close();
    return length;
  };

  test('that is not to be trusted is made anew', () => {
    const spoil: Record<string, (file: string) => void> = {
      'made of something else': (file) => made(file, 'other'),
      'cut off': (file) => truncateSync(file, statSync(file).size - 4096),
      empty: (file) => writeFileSync(file, ''),
      garbage: (file) => writeFileSync(file, 'no database at all '.repeat(1000)),
      'of another program': (file) => {
        rmSync(file);
        connectTo(file, 'write').script('CREATE TABLE replay_index (x)');
      },
      'of another format': (file) => {
        const connection = connectTo(file, 'write');
        connection.pragma('user_version = 99');
        connection.close();
      },
      'with a table of others': (file) => {
        const connection = connectTo(file, 'write');
        connection.script('CREATE TABLE more (x)');
        connection.close();
      },
    };
    for (const [what, how] of Object.entries(spoil)) {
      const file = path.join(folder(), 'index-1');
      made(file);
      how(file);
      expect([what, made(file), openAgain(file)]).toEqual([what, 2, 2]);
    }
  });

  test('whose damage shows later is removed', () => {
    const file = path.join(folder(), 'index-1');
    made(file);
    const pages = readFileSync(file);
    writeFileSync(file, Buffer.concat([pages.subarray(0, 4096), Buffer.alloc(pages.length - 4096, 0xff)]));
    const result = (() => {
      try {
        return made(file);
      } catch (thrown) {
        return String(thrown);
      }
    })();
    expect(result === 2 || String(result).includes('start the replay again')).toBe(true);
    expect(made(file)).toBe(2);
  });

  test('does not stay for ever, nor does what a crash left', () => {
    const inside = folder();
    made(path.join(inside, 'index-old'));
    made(path.join(inside, 'index-used'));
    writeFileSync(path.join(inside, 'index-a.draft'), '');
    writeFileSync(path.join(inside, 'key'), '');
    const longAgo = new Date(Date.now() - 40 * 24 * 60 * 60 * 1000);
    for (const name of ['index-old', 'index-used', 'index-a.draft', 'key']) {
      utimesSync(path.join(inside, name), longAgo, longAgo);
    }
    made(path.join(inside, 'index-used'));
    made(path.join(inside, 'index-new'));
    expect(readdirSync(inside).toSorted()).toEqual(['index-new', 'index-used', 'key']);
  });
});

function openAgain(file: string): number {
  const { index, close } = openIndexFile(file, { stamp: 's', sessions: [] });
  const { length } = index.candidates(7, key);
  close();
  return length;
}
