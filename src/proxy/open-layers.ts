import { createHash } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import type { MatchRule } from '../model/match-rule.ts';
import { compileMatchRules, type MatchRuleSet } from '../model/match-rule-set.ts';
import type { Session } from '../model/session.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';
import { type IndexFile, openIndexFile } from '../store/index-file.ts';
import type { ReplayIndex } from '../store/replay-index.ts';
import { ensureRetakeFolder, indexFile } from '../store/retake-folder.ts';
import { indexVersion } from './index-version.ts';
import { replayLayers } from './replay-layers.ts';
import type { LayerSource } from './replay-layer.ts';

export interface LayerOptions {
  /** A session's name, `all`, or undefined: the newest. */
  readonly session: string | undefined;
  /** Match rules before those in the cassettes. */
  readonly rules: readonly MatchRule[];
  /** Where `.retake` lies. */
  readonly folder: string;
  /** An index has to be made first, which takes a moment for many recordings. */
  readonly onIndexing?: (exchanges: number) => void;
}

export interface OpenLayers {
  readonly layers: readonly LayerSource[];
  readonly close: () => void;
}

/**
 * The sessions to replay, each with the match rules it is replayed under and the index made under these. The index in a
 * cassette serves as long as nothing but its own rules apply; any other is made once and kept in `.retake`. Throws
 * SESSION_MISSING.
 */
export async function openLayers(readers: readonly CassetteReader[], options: LayerOptions): Promise<OpenLayers> {
  const plain = replayLayers(readers, options.session);
  const files: IndexFile[] = [];
  const close = (): void => {
    for (const file of files) file.close();
  };
  try {
    const known = new Map<CassetteReader, Lookups>();
    for (const reader of new Set(plain.map((layer) => layer.reader))) {
      const sessions = plain.filter((layer) => layer.reader === reader).map(({ session }) => session);
      known.set(reader, await lookupsOf(reader, sessions, { options, files }));
    }
    const layers = plain.map((layer): LayerSource => {
      const { rules, of } = known.get(layer.reader)!;
      const lookup = of(layer.session);
      return { ...layer, rules, ...(lookup ? { lookup } : {}) };
    });
    return { layers, close };
  } catch (thrown) {
    close();
    throw thrown;
  }
}

interface Lookups {
  readonly rules: MatchRuleSet;
  readonly of: (session: Session) => ReplayIndex | undefined;
}

async function lookupsOf(
  reader: CassetteReader,
  sessions: readonly Session[],
  { options, files }: { readonly options: LayerOptions; readonly files: IndexFile[] },
): Promise<Lookups> {
  const rules = compileMatchRules([...options.rules, ...reader.matchRules().map(({ rule }) => rule)]);
  const version = indexVersion(rules);
  // A session that is being recorded gains exchanges, and one whose recorder crashed has no index yet.
  const ended = sessions.filter(({ endedAt }) => endedAt !== undefined);
  const stale = ended.filter(({ indexVersion: made }) => made !== version);
  const isStale = new Set(stale.map(({ id }) => id));
  let file: IndexFile | undefined;
  if (stale.length > 0) {
    // Learning is loaded only where it is wanted: a replay should start at once.
    const { indexSession } = await import('./index-session.ts');
    options.onIndexing?.(stale.reduce((sum, { exchangeCount }) => sum + exchangeCount, 0));
    makeFolder(options.folder);
    const stamp = stampOf(reader, stale, version);
    const name = createHash('sha256').update(stamp).digest('hex').slice(0, 32);
    file = openIndexFile(indexFile(options.folder, name), {
      stamp,
      sessions: stale.map((session) => ({
        sessionId: session.id,
        recordings: () => indexSession(reader, session, rules),
      })),
    });
    files.push(file);
  }
  return {
    rules,
    of: ({ id, endedAt }) => (endedAt === undefined ? undefined : isStale.has(id) ? file?.index : reader.index()),
  };
}

function makeFolder(folder: string): void {
  try {
    ensureRetakeFolder(folder);
  } catch {
    // Then the index is kept in memory.
  }
}

/**
 * Everything that the index depends on. A cassette is rewritten as a whole, so the file tells it: its size and times, of
 * which nobody can set the last, and its place on the disk.
 */
function stampOf(reader: CassetteReader, sessions: readonly Session[], version: string): string {
  const { size, mtimeNs, ctimeNs, ino, dev } = statSync(reader.path, { bigint: true });
  const facts = sessions.map(({ id, name, startedAt, endedAt, exchangeCount }) => [
    id,
    name,
    startedAt,
    endedAt ?? 0,
    exchangeCount,
  ]);
  return JSON.stringify([realpathSync(reader.path), ...[size, mtimeNs, ctimeNs, ino, dev].map(String), version, facts]);
}
