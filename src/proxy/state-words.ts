import type { StateReason } from '../match/learn-effects.ts';

/** Why a write is taken to change a read, for people. */
export const stateWords: Readonly<Record<StateReason, string>> = {
  'read-changed': 'such reads were seen to change after such writes',
  'in-doubt': 'the recording does not tell whether such writes change it, so they are taken to',
  flow: 'it needs a value that this write gave out',
  self: 'it reads the very thing that was written',
  child: 'what was written lies below what it reads',
  parent: 'what was written lies above what it reads',
  sibling: 'another thing of the same kind was written',
  kin: 'both speak of the same kind of thing',
  endpoint: 'both are operations of one GraphQL endpoint',
  host: 'nobody reads what the write goes to, so it may change anything on this server',
  foreign: 'it is written on another server',
};
