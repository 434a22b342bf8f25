import type { ReplayRelaxation } from './replay-found.ts';

/** In which way an answer was less than an exact match, for people. */
export const relaxationWords: Readonly<Record<ReplayRelaxation, string>> = {
  'later-epoch': 'recorded after a write that this lane has not made yet',
  'earlier-epoch': 'recorded before a write that this lane has made, and not since',
  skipped: 'recordings before it were passed over',
  repeated: 'all recordings of the request were served; this one was again',
  volatile: 'values that programs make anew at every run differ from the recorded ones',
  'guessed-lane': 'several clients play the recording at once, and nothing said whose request it was',
  'cut-request': 'only a part of the recorded request body is known; the body was compared by its size',
};
