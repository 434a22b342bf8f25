import { once } from 'node:events';
import http from 'node:http';
import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { residentMiB, startMeasured, watchPeak, withFolder } from './measured-process.ts';
import { machineLoad, type FaultReport } from './report.ts';
import { pieces, startTestUpstream } from './test-upstream.ts';

interface Sum {
  readonly size: number;
  readonly crc: number;
}

const gib = 2 ** 30;
/** A body of this size has filled every buffer on the way: what comes after must not add to it. */
const warmUpBytes = gib / 4;
/**
 * Over what a first body of 256 MiB left behind: 8 MiB of the queue for large bodies, as many slabs kept for reuse, 30 MiB of
 * read buffers that wait for the collector, and what V8 takes for a moment.
 */
const maxGrowthMiB = 64;

/** Bodies of gigabytes up and down, stored in part and stored whole: every byte arrives, memory stays flat. */
export async function carriesBigBodies(report: FaultReport, options: { readonly gib: number }): Promise<void> {
  await carries(report, { sizeBytes: options.gib * gib, maxBodyBytes: 64 * 1024 });
  // The cassette, and what SQLite writes beside it.
  const { bavail, bsize } = statfsSync(tmpdir());
  const title = 'bodies of 1 GiB stored whole';
  if (bavail * bsize < 8 * gib) report.skip(title, `${tmpdir()} has less than 8 GiB left`);
  else await carries(report, { sizeBytes: gib, maxBodyBytes: undefined });
}

interface Carrying {
  readonly sizeBytes: number;
  /** `--max-body`. */
  readonly maxBodyBytes: number | undefined;
}

async function carries(report: FaultReport, { sizeBytes, maxBodyBytes }: Carrying): Promise<void> {
  await withFolder(async (folder) => {
    const upstream = await startTestUpstream();
    const cassette = path.join(folder, 'big.cassette');
    const limit = maxBodyBytes === undefined ? [] : ['--max-body', String(maxBodyBytes)];
    const args = ['record', '--target', upstream.url, '--cassette', cassette, ...limit];
    const recorder = await startMeasured(args, folder);
    const sent = sumOf(pieces(sizeBytes));
    const stored = maxBodyBytes === undefined ? 'stored whole' : `with --max-body ${maxBodyBytes / 1024}kb`;
    for (const [way, carry] of [
      ['download', download],
      ['upload', upload],
    ] as const) {
      const title = `${way} of ${sizeBytes / gib} GiB ${stored}`;
      await carry(recorder.url, warmUpBytes);
      const before = residentMiB(recorder.pid);
      const stopWatching = watchPeak(recorder.pid);
      const startedAt = performance.now();
      const received = await carry(recorder.url, sizeBytes);
      const mibPerSecond = sizeBytes / 2 ** 20 / ((performance.now() - startedAt) / 1000);
      const peak = stopWatching();
      report.pledge(
        `${title}: every byte arrives`,
        received.size === sizeBytes && received.crc === sent.crc,
        `${received.size} bytes, ${mibPerSecond.toFixed(0)} MiB/s, ${machineLoad()}`,
      );
      report.pledge(
        `${title}: memory grows by less than ${maxGrowthMiB} MiB`,
        peak - before < maxGrowthMiB,
        `${before.toFixed(0)} MiB before, at most ${peak.toFixed(0)} (${(peak - before).toFixed(0)} more)`,
      );
    }
    const { code, stderr } = await recorder.stop();
    const expected = { stored: Math.min(sizeBytes, maxBodyBytes ?? sizeBytes), full: sizeBytes };
    const bodies = storedBodies(cassette);
    const isAsExpected = bodies.every((body) => body.stored === expected.stored && body.full === expected.full);
    report.pledge(
      `bodies ${stored} are in the cassette`,
      code === 0 && bodies.length === 2 && isAsExpected,
      `exit code ${code}${stderr === '' ? '' : ` (${stderr.trim()})`}, ${bodies.map((body) => `${body.stored} of ${body.full} bytes`).join(' and ')}`,
    );
    await upstream.close();
  });
}

/** Of the download and the upload that count, the second exchange of each kind. */
function storedBodies(cassette: string): { readonly stored: number; readonly full: number }[] {
  const reader = CassetteReader.open(cassette);
  const exchanges = [...reader.exchanges(reader.session().id)];
  reader.close();
  return [exchanges[1], exchanges[3]].map((exchange) => {
    const outcome = exchange?.outcome?.kind === 'response' ? exchange.outcome : undefined;
    const body = exchange?.request.method === 'POST' ? exchange.request.body : outcome?.body;
    return { stored: body?.sizeBytes ?? 0, full: body?.fullSizeBytes ?? 0 };
  });
}

/** What the client got. */
async function download(url: string, sizeBytes: number): Promise<Sum> {
  const [response] = (await once(http.get(`${url}/bytes/${sizeBytes}`), 'response')) as [http.IncomingMessage];
  return sumOfStream(response);
}

/** What upstream says it got. */
async function upload(url: string, sizeBytes: number): Promise<Sum> {
  const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': sizeBytes };
  const request = http.request(`${url}/sum`, { method: 'POST', headers });
  const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
  await pipeline(Readable.from(pieces(sizeBytes)), request);
  const [response] = await answered;
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return JSON.parse(text) as Sum;
}

function sumOf(chunks: Iterable<Buffer>): Sum {
  let [size, crc] = [0, 0];
  for (const chunk of chunks) [size, crc] = [size + chunk.length, crc32(chunk, crc)];
  return { size, crc };
}

async function sumOfStream(chunks: AsyncIterable<Buffer>): Promise<Sum> {
  let [size, crc] = [0, 0];
  for await (const chunk of chunks) [size, crc] = [size + chunk.length, crc32(chunk, crc)];
  return { size, crc };
}
