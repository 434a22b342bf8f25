import { choose } from '../../src/match/choose.ts';
import { Lane } from '../../src/match/lane.ts';
import type { Exchange } from '../../src/model/exchange.ts';
import { compileMatchRules } from '../../src/model/match-rule-set.ts';
import { indexSession } from '../../src/proxy/index-session.ts';
import type { CassetteReader } from '../../src/store/cassette-reader.ts';
import type { IndexedRecording } from '../../src/store/replay-index.ts';
import { type Looks, type Play, missed, type Seen } from './paced.ts';

/**
 * The session of a performance with all looks, of which only some are kept: as if a client had been recorded that looks
 * less often. Gives what a client with other looks would see of it where nothing relaxed is served.
 */
export function seenOfThinned(
  reader: CassetteReader,
  { play, truth, kept, looks }: { play: Play; truth: readonly Seen[]; kept: Looks; looks: Looks },
): Seen[] {
  const [reads, writes] = [play.reads.length, play.writes.length];
  const keep = new Set<number>();
  for (let made = 0; made <= writes; made++) {
    if (made > 0) keep.add(writeAt(made, reads));
    for (const read of kept(made)) keep.add(readAt(made, read, reads));
  }
  const byPosition = new Map(indexOf(reader, keep).map((one) => [one.position, one]));
  const byKey = Map.groupBy(byPosition.values(), ({ requestKey }) => requestKey);
  const keys = new Map(indexOf(reader).map(({ position, requestKey }) => [position, requestKey]));
  const lane = new Lane();
  const ask = (position: number, method: string) =>
    choose(lane, byKey.get(keys.get(position)!) ?? [], {
      key: keys.get(position)!,
      method,
      sequence: 'epoch',
      slots: [],
    });
  const seen: Seen[] = [];
  for (let made = 0; made <= writes; made++) {
    if (made > 0) ask(writeAt(made, reads), 'POST');
    for (const read of looks(made)) {
      const choice = ask(readAt(made, read, reads), 'GET');
      const isExact = choice.kind === 'hit' && choice.relaxations.length === 0;
      const shown = isExact
        ? truth[choice.candidate.position - Math.floor((choice.candidate.position + 1) / (reads + 1))]!.shown
        : missed;
      seen.push({ made, read, shown });
    }
  }
  return seen;
}

function readAt(made: number, read: number, reads: number): number {
  return made * (reads + 1) + read;
}

function writeAt(made: number, reads: number): number {
  return made * (reads + 1) - 1;
}

const read = new WeakMap<CassetteReader, readonly Exchange[]>();

function exchanges(reader: CassetteReader): readonly Exchange[] {
  const known = read.get(reader) ?? [...reader.exchanges(reader.session().id)];
  read.set(reader, known);
  return known;
}

const wholes = new WeakMap<CassetteReader, readonly IndexedRecording[]>();

function indexOf(reader: CassetteReader, keep?: ReadonlySet<number>): readonly IndexedRecording[] {
  const whole = keep ? undefined : wholes.get(reader);
  if (whole) return whole;
  const isKept = ({ position }: { readonly position: number }): boolean => keep === undefined || keep.has(position);
  const session = reader.session();
  const index = indexSession(
    {
      atOnce: (work) => reader.atOnce(work),
      exchanges: () => exchanges(reader).filter(isKept).values(),
      unindexed: () => [...reader.unindexed(session.id)].filter(isKept).values(),
      body: (sha256) => reader.body(sha256),
      flows: (id) => reader.flows(id).filter(({ from, to }) => isKept({ position: from }) && isKept({ position: to })),
    },
    session,
    compileMatchRules([]),
  );
  if (!keep) wholes.set(reader, index);
  return index;
}
