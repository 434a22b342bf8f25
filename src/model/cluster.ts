import type { Check } from './run.ts';
import { signatureOf } from './signature.ts';
import { type Difference, type Severity, severities } from './verdict.ts';

/** One difference of a cluster with the check it was found in. */
export interface ClusterMember {
  readonly check: Check;
  readonly difference: Difference;
}

/** Values on both sides of a difference, as it tells them. */
export type ClusterSample = Pick<Difference, 'before' | 'after'>;

/** All differences of one signature: what a person decides about at once. */
export interface Cluster extends Pick<Difference, 'part' | 'pattern' | 'kind'> {
  readonly signature: string;
  readonly method: string;
  /** As in `Check.template`. */
  readonly template: string;
  /** The worst among its differences. */
  readonly severity: Severity;
  readonly changes: number;
  readonly checks: number;
  /** How many of these checks follow from another one: all of them, and the cluster is a consequence. */
  readonly following: number;
  /** Different values, the first found first. */
  readonly samples: readonly ClusterSample[];
  /** What the first difference that has a note says. */
  readonly note?: string;
  /** In order of checks, then of differences. */
  readonly members: readonly ClusterMember[];
}

const maxSamples = 3;

/**
 * The clusters of what nothing explains: those with a cause of their own first, then the worst, then the largest, then
 * the first found.
 */
export function clustersOf(checks: readonly Check[]): Cluster[] {
  const groups = new Map<string, ClusterMember[]>();
  for (const check of checks) {
    const known = new Map<string, ClusterMember[]>();
    for (const difference of check.differences) {
      if (difference.severity === 'equivalent') continue;
      // A check may hold thousands of one kind: its signature is made once.
      const kind = `${difference.part} ${difference.kind} ${difference.pattern}`;
      let group = known.get(kind);
      if (!group) {
        const signature = signatureOf(check, difference);
        group = groups.get(signature) ?? [];
        groups.set(signature, group);
        known.set(kind, group);
      }
      group.push({ check, difference });
    }
  }
  return Array.from(groups, ([signature, members]) => clusterOf(signature, members)).sort(compareClusters);
}

/** Does it only tell what followed from other checks? */
export function isConsequence({ checks, following }: Pick<Cluster, 'checks' | 'following'>): boolean {
  return following === checks;
}

function clusterOf(signature: string, members: readonly ClusterMember[]): Cluster {
  const { check, difference } = members[0]!;
  const checks = new Set(members.map((member) => member.check));
  const note = members.find((member) => member.difference.note !== undefined)?.difference.note;
  return {
    signature,
    method: check.method,
    template: check.template,
    part: difference.part,
    pattern: difference.pattern,
    kind: difference.kind,
    severity: severities[Math.min(...severityRanks(members))]!,
    changes: members.length,
    checks: checks.size,
    following: [...checks].filter(({ cause }) => cause !== undefined).length,
    samples: samplesOf(members),
    ...(note === undefined ? {} : { note }),
    members,
  };
}

function severityRanks(members: readonly ClusterMember[]): Set<number> {
  return new Set(members.map(({ difference }) => severities.indexOf(difference.severity)));
}

function samplesOf(members: readonly ClusterMember[]): ClusterSample[] {
  const samples = new Map<string, ClusterSample>();
  for (const { difference } of members) {
    const { before, after } = difference;
    if (before === undefined && after === undefined) continue;
    samples.set(JSON.stringify([before ?? null, after ?? null]), {
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    });
    if (samples.size === maxSamples) break;
  }
  return [...samples.values()];
}

function compareClusters(a: Cluster, b: Cluster): number {
  const rank = ({ severity }: Cluster): number => severities.indexOf(severity);
  return Number(isConsequence(a)) - Number(isConsequence(b)) || rank(a) - rank(b) || b.changes - a.changes;
}
