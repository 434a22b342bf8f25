/**
 * What a recorded session tells about one exchange and the state of the server (decision 023). A *state* is what a group
 * of reads shows that the same writes change; it moves at each of these writes.
 */
export interface ReplayFacts {
  readonly isWrite: boolean;
  /** Number of the group of reads that the same writes change. Meaningless for writes. */
  readonly state: number;
  /** For a read: `opens` of the last write before it that changes its state; 0 without any. */
  readonly since: number;
  /**
   * For a read: how many of the writes that change its state lie before it. A lane that has not made as many shows
   * something else. Absent where nothing was learned.
   */
  readonly after?: number;
  /**
   * For a read that overlapped with such writes in time: the stretches (`since`) it may belong to, in order. The server
   * may have answered it on either side of each. `after` counts the writes before the first.
   */
  readonly between?: readonly number[];
  /**
   * For a read: number of the group of reads that the same writes are known to change, or are suspected of a change that
   * was seen; absent where none is. Only such a write makes an earlier recording doubtful.
   */
  readonly changedBy?: number;
  /** For a read of such a group: `opens` of the last such write that had ended before it; 0 without any. */
  readonly changedAt?: number;
  /** For a write: the number of the stretch that it opens, its position + 1. */
  readonly opens?: number;
  /** For a write: the states that it changes, or may have changed. */
  readonly changes?: readonly number[];
  /** For a write: the groups (`changedBy`) that it is known to change. */
  readonly surely?: readonly number[];
}
