import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CassetteReader } from '../src/store/cassette-reader.ts';
import { runLoad } from './load.ts';
import { residentMiB, startOrigin, startRetake } from './servers.ts';

export interface BurstFacts {
  readonly sent: number;
  readonly stored: number;
  /** Positions run from 0 without a gap, and arrival times never step back along them. */
  readonly isInOrderOfArrival: boolean;
  /** Every request of every connection was stored, each connection's in the order in which it sent them. */
  readonly isCompletePerConnection: boolean;
  /** SQLite's own verdict on the file. */
  readonly integrity: string;
  readonly exitCode: number | null;
  readonly peakMiB: number;
  readonly requestsPerSecond: number;
}

/** Records `exchanges` requests sent as fast as they go over `connections` connections, stops, and looks at the file. */
export async function recordBurst(options: {
  readonly folder: string;
  readonly exchanges: number;
  readonly connections: number;
}): Promise<BurstFacts> {
  const { folder, exchanges, connections } = options;
  const file = path.join(folder, 'burst.cassette');
  const origin = await startOrigin('around');
  try {
    const recorder = await startRetake(['record', '--target', origin.url, '--cassette', file], folder);
    const load = await runLoad({
      url: `${recorder.url}/burst/{connection}/{sequence}`,
      connections,
      requests: exchanges,
    });
    const { peak } = residentMiB(recorder.pid);
    const { code } = await recorder.stop();
    if (load.failures > 0) throw new Error(`${load.failures} requests failed: ${load.firstFailure}`);
    return {
      ...factsOf(file, connections),
      sent: load.requests,
      exitCode: code,
      peakMiB: peak,
      requestsPerSecond: load.requestsPerSecond,
    };
  } finally {
    await origin.stop();
  }
}

function factsOf(
  file: string,
  connections: number,
): Pick<BurstFacts, 'stored' | 'isInOrderOfArrival' | 'isCompletePerConnection' | 'integrity'> {
  const reader = CassetteReader.open(file);
  const nextSequence = Array.from({ length: connections }, () => 0);
  let stored = 0;
  let lastStart = 0;
  let isInOrderOfArrival = true;
  let isCompletePerConnection = true;
  try {
    for (const exchange of reader.exchanges(reader.session().id)) {
      if (exchange.position !== stored || exchange.startedAt < lastStart) isInOrderOfArrival = false;
      lastStart = exchange.startedAt;
      stored += 1;
      const [, connection, sequence] = /^\/burst\/(\d+)\/(\d+)$/.exec(exchange.request.target) ?? [];
      if (Number(sequence) !== nextSequence[Number(connection)]) isCompletePerConnection = false;
      nextSequence[Number(connection)]! += 1;
    }
  } finally {
    reader.close();
  }
  return { stored, isInOrderOfArrival, isCompletePerConnection, integrity: integrityOf(file) };
}

/** By Node's own SQLite, not the one that wrote the file. */
function integrityOf(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare('PRAGMA integrity_check').all();
  database.close();
  return rows.map((row) => row['integrity_check']).join('; ');
}
