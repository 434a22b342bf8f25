import { isDraftName } from '../model/address.ts';
import type { Session, SessionTarget } from '../model/session.ts';
import type { LayerSource } from './replay-layer.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';
import { cassetteName } from '../store/cassette-path.ts';

/** Tag of a session that was recorded from the misses of a replay: names the session that was replayed. */
export const missTag = 'on-miss';

/**
 * The sessions to replay, the one to ask first at the front: those of the first cassette, then those of the next.
 * `name`: a session, `all` (newest first), or undefined: the newest recording together with what replays of it recorded
 * from their misses. Throws SESSION_MISSING.
 */
export function replayLayers(readers: readonly CassetteReader[], name: string | undefined): LayerSource[] {
  return readers.flatMap((reader) => {
    const cassette = cassetteName(reader.path);
    return chosen(reader, name).map((session) => ({ reader, cassette, session }));
  });
}

function chosen(reader: CassetteReader, name: string | undefined): Session[] {
  if (name !== undefined && name !== 'all') return [reader.session(name)];
  const sessions = reader.sessions().filter((session) => !isDraftName(session.name));
  // Throws for a cassette without sessions.
  if (sessions.length === 0) return [reader.session()];
  if (name === 'all') return sessions.toReversed();
  const base = sessions.findLast((session) => session.tags[missTag] === undefined);
  if (!base) return [sessions.at(-1)!];
  // After the recording itself: what it lacked was recorded because it could not answer any more.
  return [base, ...sessions.filter((session) => session.tags[missTag] === base.name)];
}

/** Every recorded target once; of equal names the first layer's. */
export function recordedTargets(layers: readonly LayerSource[]): SessionTarget[] {
  const targets = layers.flatMap(({ session }) => session.targets);
  return targets.filter((target, i) => targets.findIndex(({ name }) => name === target.name) === i);
}
