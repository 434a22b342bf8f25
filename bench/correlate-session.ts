/** `node correlate-session.ts CASSETTE`: finds the flows of its newest session and prints what that took, as JSON. */
import { findFlows } from '../src/proxy/find-flows.ts';
import { CassetteReader } from '../src/store/cassette-reader.ts';

export interface CorrelateFacts {
  readonly flows: number;
  readonly ms: number;
  /** Of this process, all threads. */
  readonly cpuMs: number;
  readonly peakMiB: number;
}

const file = process.argv[2];
if (file !== undefined && import.meta.main) {
  const reader = CassetteReader.open(file);
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const flows = findFlows(reader, reader.session().id).length;
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  reader.close();
  const facts: CorrelateFacts = {
    flows,
    ms,
    cpuMs: (user + system) / 1000,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  };
  console.log(JSON.stringify(facts));
}
