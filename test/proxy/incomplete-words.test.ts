import { expect, test } from 'vitest';
import { heldWords, incompleteWords } from '../../src/proxy/incomplete-words.ts';

const words = (lost: number, problem: string | undefined, held: number) => incompleteWords({ lost, problem, held });

test('what a session lacks, in words', () => {
  expect(words(0, undefined, 0)).toBeUndefined();
  expect(words(2, 'the disk is full', 0)).toBe('2 exchanges could not be stored: the disk is full');
  expect(words(2, undefined, 0)).toBe('2 exchanges could not be stored: the recording was paused');
  expect(words(0, undefined, 1)).toBe('1 exchange passed unrecorded while the recording was paused');
  expect(words(2, 'the disk is full', 3)).toBe(
    '2 exchanges could not be stored: the disk is full; 3 exchanges passed unrecorded while the recording was paused',
  );
  expect(heldWords(0)).toBeUndefined();
});
