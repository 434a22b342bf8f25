import type { EffectFacts } from './effect-facts.ts';
import type { Timeline, Write, WriteKind } from './effect-timeline.ts';
import { isSameAnswer } from './effect-evidence.ts';

/** One repetition that is answered alike may be a retry of something that had been done. */
const enough = 2;

/** Between two answers with more writes than these, single ones are not looked at. */
const maxBetween = 64;

/**
 * Kinds of POST requests that look at a state which others change: repeated at once they are answered alike, and answers
 * differ only where something else was asked in between. What alone stands between two different answers to anything
 * else is no such kind, however alike it is answered itself.
 */
export function polledKinds(timeline: Timeline, mayAsk: (exchange: EffectFacts) => boolean): ReadonlySet<WriteKind> {
  const found = new Set(
    timeline.writeKinds.filter((kind) => kind.writes.every(({ exchange }) => mayAsk(exchange)) && isPolled(kind)),
  );
  if (found.size === 0) return found;
  const suspects = changesOf(timeline);
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const kinds of suspects)
      if (kinds.every((kind) => found.has(kind))) for (const kind of kinds) found.delete(kind);
  }
  return found;
}

function isPolled({ writes }: WriteKind): boolean {
  const last = new Map<string, { readonly write: Write; readonly index: number }>();
  let alike = 0;
  for (const [index, write] of writes.entries()) {
    const { requestKey } = write.exchange;
    const earlier = last.get(requestKey);
    // Nothing but the like of it in between.
    if (earlier && write.order - earlier.write.order === index - earlier.index) {
      if (!isSameAnswer(earlier.write.exchange, write.exchange)) return false;
      alike += 1;
    }
    last.set(requestKey, { write, index });
  }
  return alike >= enough;
}

/** For each two answers to one request that differ: the other kinds of writes between them. */
function changesOf({ writes, keys }: Timeline): readonly (readonly WriteKind[])[] {
  const changes: WriteKind[][] = [];
  const look = (from: number, to: number, own?: WriteKind): void => {
    if (to - from > maxBetween) return;
    const kinds = new Set(writes.slice(from, to).map(({ kind }) => kind));
    if (own) kinds.delete(own);
    if (kinds.size > 0) changes.push([...kinds]);
  };
  const last = new Map<string, Write>();
  for (const write of writes) {
    const earlier = last.get(write.exchange.requestKey);
    if (earlier && !isSameAnswer(earlier.exchange, write.exchange)) look(earlier.order + 1, write.order, write.kind);
    last.set(write.exchange.requestKey, write);
  }
  for (const { reads } of keys) {
    for (const [i, read] of reads.entries()) {
      const earlier = reads[i - 1];
      if (earlier && !isSameAnswer(earlier.exchange, read.exchange)) look(earlier.before, read.before);
    }
  }
  return changes;
}
