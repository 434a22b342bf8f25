import type { BlindSpotBudget, FieldCounts } from '../../model/blind-spot.ts';
import { type Cluster, clustersOf } from '../../model/cluster.ts';
import type { Check, VerdictCounts } from '../../model/run.ts';
import { signatureOf } from '../../model/signature.ts';
import type { Difference } from '../../model/verdict.ts';
import { type SkippedExchange, type SuiteResult, countVerdicts } from '../suite-result.ts';

/** The document of `retake test --json`. Fields are only ever added. */
export interface TestDocument {
  readonly schema: 'retake.test/1';
  /** Id of the newest run; with one cassette the only one. */
  readonly run: number;
  readonly verdict: 'passed' | 'failed' | 'interrupted';
  readonly counts: VerdictCounts;
  readonly checks: readonly CheckDocument[];
  /** What nothing explains, joined over all checks: see model/cluster.ts for their order. */
  readonly clusters: readonly ClusterDocument[];
  readonly skipped: readonly SkippedExchange[];
  readonly notRun: number;
  /** One entry per cassette, in the order given. */
  readonly runs: readonly RunDocument[];
}

export interface RunDocument {
  readonly run: number;
  readonly cassette: string;
  readonly session: string;
  readonly target: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly verdict: 'passed' | 'failed' | 'interrupted';
  /** Why the recording does not hold all that happened. */
  readonly incomplete?: string;
  readonly counts: VerdictCounts;
  /** With a limit for it: how much of the compared fields rules hide. */
  readonly blindSpot?: BlindSpotDocument;
}

/** Shares from 0 to 1. */
export interface BlindSpotDocument extends FieldCounts {
  readonly share: number;
  readonly most: number;
  readonly rules: BlindSpotBudget['rules'];
}

export interface CheckDocument {
  readonly address: string;
  readonly method: string;
  readonly target: string;
  /** `/orders/{id}`, of GraphQL with its operation. */
  readonly template: string;
  readonly verdict: Check['verdict'];
  /** Address of the check that this one follows from. */
  readonly cause: string | null;
  readonly note?: string;
  readonly durationMs: number;
  readonly baselineVersion: number;
  readonly differences: readonly DifferenceDocument[];
}

export type DifferenceDocument = Pick<Difference, 'part' | 'path' | 'kind' | 'severity'> & {
  readonly before: string | null;
  readonly after: string | null;
  readonly rule: string | null;
  /** The evidence in words. */
  readonly note: string | null;
  /** Equal for equal changes of equal requests, in every run. */
  readonly signature: string;
};

export interface ClusterDocument extends Pick<
  Cluster,
  'signature' | 'severity' | 'part' | 'pattern' | 'kind' | 'method' | 'template' | 'changes' | 'checks' | 'following'
> {
  readonly samples: readonly { readonly before: string | null; readonly after: string | null }[];
  readonly note: string | null;
  /** Address of the first check that it was found in. */
  readonly first: string;
}

export function testDocument(results: readonly SuiteResult[]): TestDocument {
  const checks = results.flatMap((result) => result.checks);
  return {
    schema: 'retake.test/1',
    run: Math.max(...results.map(({ run }) => run.id)),
    verdict: worstRunVerdict(results),
    counts: countVerdicts(checks),
    checks: checks.map(checkDocument),
    clusters: clustersOf(checks).map(clusterDocument),
    skipped: results.flatMap((result) => result.skipped),
    notRun: results.reduce((sum, result) => sum + result.notRun, 0),
    runs: results.map(runDocument),
  };
}

/** Interrupted outweighs failed outweighs passed. */
export function worstRunVerdict(results: readonly SuiteResult[]): 'passed' | 'failed' | 'interrupted' {
  const verdicts = new Set(results.map(({ run }) => run.verdict ?? 'interrupted'));
  if (verdicts.has('interrupted')) return 'interrupted';
  return verdicts.has('failed') ? 'failed' : 'passed';
}

export function formatTestDocument(results: readonly SuiteResult[]): string {
  return `${JSON.stringify(testDocument(results), undefined, 2)}\n`;
}

function runDocument({ run, checks, incomplete, blindSpot }: SuiteResult): RunDocument {
  return {
    run: run.id,
    cassette: run.cassette,
    session: run.session,
    target: run.target,
    startedAt: new Date(run.startedAt).toISOString(),
    ...(run.endedAt === undefined ? {} : { endedAt: new Date(run.endedAt).toISOString() }),
    verdict: run.verdict ?? 'interrupted',
    ...(incomplete === undefined ? {} : { incomplete }),
    counts: countVerdicts(checks),
    ...(blindSpot === undefined ? {} : { blindSpot: blindSpotDocument(blindSpot) }),
  };
}

function blindSpotDocument({ counts, share, most, rules }: BlindSpotBudget): BlindSpotDocument {
  return { ...counts, share, most, rules };
}

function checkDocument(check: Check): CheckDocument {
  return {
    address: check.address,
    method: check.method,
    target: check.target,
    template: check.template,
    verdict: check.verdict,
    cause: check.cause ?? null,
    ...(check.note === undefined ? {} : { note: check.note }),
    durationMs: Math.round(check.durationMs * 1000) / 1000,
    baselineVersion: check.baselineVersion,
    differences: differenceDocuments(check),
  };
}

function differenceDocuments(check: Check): DifferenceDocument[] {
  // A check may hold thousands of one kind: its signature is made once.
  const signatures = new Map<string, string>();
  return check.differences.map((difference) => {
    const { part, path, pattern, kind, severity, before, after, rule, note } = difference;
    const key = `${part} ${kind} ${pattern}`;
    const signature = signatures.get(key) ?? signatureOf(check, difference);
    signatures.set(key, signature);
    return {
      part,
      path,
      kind,
      severity,
      before: before ?? null,
      after: after ?? null,
      rule: rule ?? null,
      note: note ?? null,
      signature,
    };
  });
}

function clusterDocument(cluster: Cluster): ClusterDocument {
  const { signature, severity, part, pattern, kind, method, template, changes, checks, following } = cluster;
  return {
    signature,
    severity,
    part,
    pattern,
    kind,
    method,
    template,
    changes,
    checks,
    following,
    samples: cluster.samples.map(({ before, after }) => ({ before: before ?? null, after: after ?? null })),
    note: cluster.note ?? null,
    first: cluster.members[0]!.check.address,
  };
}
