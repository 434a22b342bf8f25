import { type Log, visible } from '../base/log.ts';
import type { TunnelReason } from '../proxy/blind-tunnel.ts';
import type { RefusedHandshake } from '../proxy/front-door.ts';
import type { CertificateAuthority } from '../proxy/certificate-authority.ts';
import { formatCount } from '../views/quantities.ts';

/** Connections that bring no exchange: said once for each host as they come, and counted for the end. */
export interface ConnectionNotes {
  readonly onTunnel: (host: string, reason: TunnelReason) => void;
  readonly onRefusedHandshake: (refused: RefusedHandshake) => void;
  /** For the end report; none when there was no such connection. */
  readonly lines: () => string[];
  /** The same for programs: connections by host. */
  readonly facts: () => {
    readonly tunnelled?: Readonly<Record<string, number>>;
    readonly refused?: Readonly<Record<string, number>>;
  };
}

/** What a client that does not trust us can be told to do. */
export interface TrustSituation {
  readonly authority: Pick<CertificateAuthority, 'certificatePath'>;
  /** `exec`: the client is a program we started, or one of its children. */
  readonly kind: 'forward' | 'reverse' | 'exec';
  readonly mode: 'record' | 'replay';
}

/** A client may ask for any number of names. */
const maxHosts = 1000;

const tunnelWords: Readonly<Record<TunnelReason, string>> = {
  asked: '--tunnel leaves it alone',
  'not-http': 'its client speaks neither HTTP nor TLS',
  'server-first': 'its server speaks first, so that it is not HTTP',
};

export function connectionNotes(log: Log, trust: TrustSituation): ConnectionNotes {
  const tunnelled = new Map<string, number>();
  const refused = new Map<string, number>();
  return {
    onTunnel: (host, reason) => {
      if (isNew(tunnelled, host)) log.info(`${visible(host)} is passed on unrecorded: ${tunnelWords[reason]}`);
    },
    onRefusedHandshake: ({ host, error }) => {
      if (isNew(refused, host)) log.warn(refusalWords(visible(host), error, trust));
    },
    lines: () => [
      ...linesOf(tunnelled, 'passed on unrecorded'),
      ...linesOf(refused, 'closed by clients that did not go through with TLS'),
    ],
    facts: () => ({
      ...(tunnelled.size > 0 ? { tunnelled: Object.fromEntries(tunnelled) } : {}),
      ...(refused.size > 0 ? { refused: Object.fromEntries(refused) } : {}),
    }),
  };
}

/** Counts, and says whether it is the first of its host. */
function isNew(counts: Map<string, number>, host: string): boolean {
  const count = counts.get(host);
  if (count === undefined && counts.size >= maxHosts) return false;
  counts.set(host, (count ?? 0) + 1);
  return count === undefined;
}

function refusalWords(
  host: string,
  error: NodeJS.ErrnoException | undefined,
  { authority, kind, mode }: TrustSituation,
): string {
  const path = authority.certificatePath;
  const alert = /ALERT_(UNKNOWN_CA|[A-Z_]*CERTIFICATE[A-Z_]*)$/.exec(error?.code ?? '')?.[1];
  const give = `give it our CA: NODE_EXTRA_CA_CERTS=${path} (Node), --cacert ${path} (curl)`;
  const leave = mode === 'record' ? `; or leave the host alone: --tunnel ${host}` : '';
  const helps: Readonly<Record<TrustSituation['kind'], string>> = {
    reverse: give,
    forward: `start it with: retake exec -- COMMAND; or ${give}${leave}`,
    exec: `it reads none of the variables it was given (docs/exec.md); ${give}${leave}`,
  };
  const help = helps[kind];
  if (alert !== undefined) {
    return `a client does not trust our certificate for ${host} (${alert.toLowerCase().replaceAll('_', ' ')}): ${help}`;
  }
  if (error === undefined || error.code === 'ECONNRESET') {
    return `a client left at the sight of our certificate for ${host}; if it does not trust it: ${help}`;
  }
  return `TLS with a client for ${host} failed: ${visible(error.message)}`;
}

function linesOf(counts: ReadonlyMap<string, number>, what: string): string[] {
  if (counts.size === 0) return [];
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const shown = [...counts.keys()].slice(0, 5).map(visible).join(', ');
  const more = counts.size > 5 ? ` and ${counts.size - 5} more` : '';
  return [`  ${formatCount(total, 'connection')} ${what}: ${shown}${more}`];
}
