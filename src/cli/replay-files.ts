import { createHash } from 'node:crypto';
import path from 'node:path';
import { toolVersion } from '../base/tool-version.ts';
import { writeFile } from '../base/write-file.ts';
import { formatCertificate, hermeticCertificate } from '../proxy/hermetic-certificate.ts';
import { ledgerDocument } from '../proxy/ledger-document.ts';
import type { ReplayResult } from '../proxy/replay-proxy.ts';
import type { FailReason } from '../proxy/replay-verdict.ts';
import type { LayerSource } from '../proxy/replay-source.ts';
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
    rulesHash: rulesHash([]),
    options: {
      sequence: request.sequence ?? 'epoch',
      exhausted: request.exhausted ?? 'miss',
      timing: request.timing ?? 'instant',
      onMiss: request.onMiss ?? 'error',
      strict: request.strict ?? false,
      faults: result.faults,
      time: 'recorded',
    },
    ledger: result.ledger,
    failed,
    upstreamConnections: result.upstreamConnections,
    bypassed: ended.bypassed?.() ?? [],
  });
  writeFile(path.resolve(cwd, request.certificate), formatCertificate(certificate));
}

/** Of the match rules in force, as they are written in one line each, in the order in which they apply. */
function rulesHash(rules: readonly string[]): string {
  return createHash('sha256')
    .update(rules.map((rule) => `${rule}\n`).join(''))
    .digest('hex');
}
