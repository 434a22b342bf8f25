import { createHash } from 'node:crypto';
import type { Comparable } from '../../src/compare/compare-outcomes.ts';
import type { Comparison } from '../../src/compare/comparison.ts';
import { Explainer } from '../../src/compare/explain.ts';
import { knownRenames, type Renames } from '../../src/compare/renames.ts';
import { allRulings, type RulingsFor } from '../../src/compare/rulings.ts';
import type { FailureCode } from '../../src/model/exchange.ts';
import { RenamesAt } from '../../src/suite/renames-at.ts';
import { Renaming } from '../../src/suite/renaming.ts';
import type { Site } from '../../src/suite/sighting.ts';

/** Noon of a day in the past: the baseline is captured then, a fresh response one day later. */
export const baselineAt = Date.parse('2026-03-01T12:00:00Z');
export const freshAt = Date.parse('2026-03-02T12:00:00Z');

export interface ResponseParts {
  readonly status?: number;
  readonly headers?: readonly string[];
  readonly trailers?: readonly string[];
  readonly body?: string | Buffer;
  readonly capturedAt?: number;
  /** Bytes that went over the wire, when more than are stored. */
  readonly fullSizeBytes?: number;
}

/** A complete response that took 40 ms, JSON unless its headers say otherwise. */
export function response(parts: ResponseParts = {}): Comparable {
  const body = Buffer.from(parts.body ?? '');
  const capturedAt = parts.capturedAt ?? baselineAt;
  const fullSizeBytes = parts.fullSizeBytes ?? body.length;
  const sha256 = createHash('sha256').update(body).digest('hex');
  return {
    outcome: {
      kind: 'response',
      status: parts.status ?? 200,
      reason: 'OK',
      httpVersion: '1.1',
      headers: parts.headers ?? ['Content-Type', 'application/json'],
      trailers: parts.trailers ?? [],
      body: { sizeBytes: body.length, sha256, truncated: fullSizeBytes > body.length, fullSizeBytes },
      framing: 'length',
      informational: [],
    },
    body,
    capturedAt,
    endedAt: capturedAt + 40,
  };
}

export function failure(code: FailureCode, message = ''): Comparable {
  return { outcome: { kind: 'failure', code, message }, body: Buffer.alloc(0), capturedAt: baselineAt };
}

/** Baseline value → fresh value, wherever it stands. */
export function renamesOf(renames: Readonly<Record<string, string>>): Renames {
  const renaming = new Renaming();
  for (const [recorded, fresh] of Object.entries(renames)) renaming.give(recorded, fresh);
  return new RenamesAt(renaming, [], siteAt(0));
}

/** Learns nothing: any value may become any other of its class. */
export const noRenames: Renames = { ...knownRenames(() => []), isEmpty: true };

/** An exchange of a minute ago for each position, so that no two ran at once. */
export function siteAt(position: number, target = '/'): Site {
  const startedAt = baselineAt + position * 60_000;
  const address = `shop:main/${position}`;
  return { position, title: `GET ${target}`, address, target, startedAt, endedAt: startedAt + 40, freshMs: 40 };
}

/** Explains between a baseline of `baselineAt` and a fresh response of `freshAt`, each 40 ms long. */
export function explainer(renames: Readonly<Record<string, string>> = {}): Explainer {
  return new Explainer({
    renames: renamesOf(renames),
    baselineWindow: { startMs: baselineAt, endMs: baselineAt + 40 },
    freshWindow: { startMs: freshAt, endMs: freshAt + 40 },
  });
}

/** What a comparison of parts is given, with these renames and rulings. */
export function comparison(
  renames: Readonly<Record<string, string>> = {},
  rulings: readonly RulingsFor[] = [],
): Comparison {
  const values = { baseline: undefined, fresh: undefined };
  return { explainer: explainer(renames), rulings: allRulings(rulings, () => values) };
}
