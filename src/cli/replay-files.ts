import path from 'node:path';
import { toolVersion } from '../base/tool-version.ts';
import { checkWritable, writeFile } from '../base/write-file.ts';
import { formatMatchRuleLine, rulesHash } from '../model/match-rule-grammar.ts';
import { noMatchRules } from '../model/match-rule-set.ts';
import { formatCertificate, hermeticCertificate } from '../proxy/hermetic-certificate.ts';
import { ledgerDocument } from '../proxy/ledger-document.ts';
import type { ReplayResult } from '../proxy/replay-proxy.ts';
import type { FailReason } from '../proxy/replay-verdict.ts';
import type { LayerSource } from '../proxy/replay-layer.ts';
import type { Context } from './context.ts';
import type { ReplayRequest } from './replay-options.ts';

interface EndedReplay {
  readonly request: ReplayRequest;
  readonly layers: readonly LayerSource[];
  readonly result: ReplayResult;
  readonly failOn: ReadonlySet<FailReason>;
  readonly failed: readonly FailReason[];
  readonly bypassed?: () => readonly string[];
}

/** A file that cannot be written is told before the replay, not after it. Throws FILE_UNWRITABLE. */
export function checkReplayFiles(
  { cwd }: Pick<Context, 'cwd'>,
  { ledger, certificate }: Pick<ReplayRequest, 'ledger' | 'certificate'>,
): void {
  for (const file of [ledger, certificate]) if (file !== undefined) checkWritable(path.resolve(cwd, file));
}

/** Writes what `--ledger` and `--certificate` ask for, each in one step. Throws FILE_UNWRITABLE. */
export function writeReplayFiles({ cwd }: Pick<Context, 'cwd'>, ended: EndedReplay): void {
  const { request, layers, result, failOn, failed } = ended;
  if (request.ledger !== undefined) {
    const document = ledgerDocument(result.ledger, { layers, failOn });
    writeFile(path.resolve(cwd, request.ledger), `${JSON.stringify(document, undefined, 2)}\n`);
  }
  if (request.certificate === undefined) return;
  const certificate = hermeticCertificate({
    toolVersion,
    layers,
    rulesHash: hashOfRules(layers),
    options: {
      sequence: request.sequence ?? 'epoch',
      exhausted: request.exhausted ?? 'miss',
      timing: request.timing ?? 'instant',
      onMiss: request.onMiss ?? 'error',
      strict: request.strict ?? false,
      faults: result.faults,
      time: request.time ?? 'recorded',
    },
    ledger: result.ledger,
    failed,
    upstreamConnections: result.upstreamConnections,
    bypassed: ended.bypassed?.() ?? [],
  });
  writeFile(path.resolve(cwd, request.certificate), formatCertificate(certificate));
}

/** Of the match rules in force, in the order in which they apply; a rule of the configuration is in force once. */
function hashOfRules(layers: readonly LayerSource[]): string {
  const rules = layers.flatMap((layer) => (layer.rules ?? noMatchRules).rules.map(({ rule }) => rule));
  return rulesHash([...new Map(rules.map((rule) => [formatMatchRuleLine(rule), rule])).values()]);
}
