/**
 * What a recorder must survive, at sizes too large for the tests: crashes and power cuts, a large crowd of clients, bodies
 * of gigabytes, clients that misbehave. Runs the built program; Linux, for what /proc tells about it.
 *
 *   npm run faults [-- PART…] [--runs 10] [--cut kill9|term|powercut] [--seconds 60] [--gib 5]
 */
import { parseArgs } from 'node:util';
import { survivesBadClients } from './bad-clients.ts';
import { carriesBigBodies } from './big-bodies.ts';
import { survivesCrashes } from './crash.ts';
import { createFaultReport, type FaultReport, machineLoad } from './report.ts';
import { holdsCrowd } from './soak.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '10' },
    cut: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    gib: { type: 'string', default: '5' },
  },
});

/** In the order in which they run. To add one, add a file and one line. */
const parts: Readonly<Record<string, (report: FaultReport) => Promise<void>>> = {
  crash: (report) => survivesCrashes(report, { runs: values.runs, cut: values.cut }),
  soak: (report) => holdsCrowd(report, { seconds: Number(values.seconds) }),
  big: (report) => carriesBigBodies(report, { gib: Number(values.gib) }),
  'bad-clients': survivesBadClients,
};

const unknown = positionals.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`error: no part ${unknown.join(', ')}\n  parts: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
const report = createFaultReport();
for (const name of positionals.length > 0 ? positionals : Object.keys(parts)) {
  report.say(`\n== ${name} (${machineLoad()})`);
  await parts[name]!(report);
}
const broken = report.brokenCount();
report.say(`\n${broken === 0 ? 'every promise was kept' : `${broken} promises were BROKEN`} (${machineLoad()})`);
process.exitCode = broken === 0 ? 0 : 1;
