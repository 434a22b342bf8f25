import type { LayerSource } from './replay-layer.ts';
import { rulesWithoutRecording } from './touched-rules.ts';
import { findStoredSecrets, type StoredSecret } from './stored-secrets.ts';

/** A rule or another entry that speaks of recordings which are not there any more. */
export interface ObsoleteEntry {
  /** Where it stands and what it says, in one line. */
  readonly what: string;
  readonly why: string;
}

export interface ExpiredSession {
  /** `cassette:session`. */
  readonly session: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly ageDays: number;
}

/** What looking over the replayed sessions found, whoever asked them for what. */
export interface Audit {
  readonly obsolete: number;
  readonly expired: number;
  /** Undefined: nobody looked. */
  readonly secrets?: number;
  /** Bodies that could not be looked into for secrets. */
  readonly unscanned?: number;
  /** The first ones. */
  readonly obsoleteList: readonly ObsoleteEntry[];
  readonly expiredList: readonly ExpiredSession[];
  readonly secretList?: readonly StoredSecret[];
}

export interface AuditPlan {
  /** Older sessions are expired; without it none is. */
  readonly maxAgeMs?: number;
  /** Looks into every stored message, which takes as long as reading them. */
  readonly secrets?: 'wanted';
  /** Looks for rules that touch nothing, at most as long as reading the sessions takes. */
  readonly obsolete?: 'wanted';
}

export const nothingFound: Audit = { obsolete: 0, expired: 0, obsoleteList: [], expiredList: [] };

const dayMs = 86_400_000;

/** Entries of each list that are told one by one; the counts are whole. */
export const maxAuditEntries = 1000;

/** Looks the replayed sessions over. @param nowMs Milliseconds since the epoch. */
export function auditLayers(layers: readonly LayerSource[], plan: AuditPlan, nowMs: number): Audit {
  const expired = plan.maxAgeMs === undefined ? [] : expiredSessions(layers, plan.maxAgeMs, nowMs);
  const obsolete = plan.obsolete === 'wanted' ? obsoleteRules(layers) : [];
  return {
    obsolete: obsolete.length,
    expired: expired.length,
    obsoleteList: obsolete.slice(0, maxAuditEntries),
    expiredList: expired.slice(0, maxAuditEntries),
    ...(plan.secrets === 'wanted' ? secretsIn(layers) : {}),
  };
}

function obsoleteRules(layers: readonly LayerSource[]): ObsoleteEntry[] {
  return rulesWithoutRecording(layers).map((line) => ({ what: line, why: 'it is about no recorded request any more' }));
}

function expiredSessions(layers: readonly LayerSource[], maxAgeMs: number, nowMs: number): ExpiredSession[] {
  return layers
    .filter(({ session }) => nowMs - session.startedAt > maxAgeMs)
    .map(({ cassette, session }) => ({
      session: `${cassette}:${session.name}`,
      startedAt: session.startedAt,
      ageDays: Math.floor((nowMs - session.startedAt) / dayMs),
    }));
}

function secretsIn(layers: readonly LayerSource[]): Pick<Audit, 'secrets' | 'secretList' | 'unscanned'> {
  const secretList: StoredSecret[] = [];
  let secrets = 0;
  let unscanned = 0;
  for (const found of findStoredSecrets(layers)) {
    if (found === 'unscanned') {
      unscanned += 1;
      continue;
    }
    secrets += 1;
    if (secretList.length < maxAuditEntries) secretList.push(found);
  }
  return { secrets, secretList, unscanned };
}
