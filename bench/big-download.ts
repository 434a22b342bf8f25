import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CassetteReader } from '../src/store/cassette-reader.ts';
import { residentMiB, startOrigin, startRetake } from './servers.ts';

export interface DownloadFacts {
  readonly receivedBytes: number;
  readonly storedBytes: number;
  readonly exitCode: number | null;
  readonly idleMiB: number;
  /** Highest resident memory while the download ran and was stored. */
  readonly peakMiB: number;
  readonly mibPerSecond: number;
}

/** Downloads one body of `sizeBytes` through a recorder that has already served a small one, and watches its memory. */
export async function recordDownload(options: {
  readonly folder: string;
  readonly sizeBytes: number;
}): Promise<DownloadFacts> {
  const { folder, sizeBytes } = options;
  const file = path.join(folder, 'download.cassette');
  const origin = await startOrigin('around');
  try {
    const recorder = await startRetake(['record', '--target', origin.url, '--cassette', file], folder);
    await download(`${recorder.url}/bytes/1048576`);
    await pause(500);
    const idle = residentMiB(recorder.pid);
    let peak = idle.now;
    const watch = setInterval(() => (peak = Math.max(peak, residentMiB(recorder.pid).now)), 20);
    const startedAt = performance.now();
    const receivedBytes = await download(`${recorder.url}/bytes/${sizeBytes}`);
    const seconds = (performance.now() - startedAt) / 1000;
    await pause(200);
    clearInterval(watch);
    const { code } = await recorder.stop();
    return {
      receivedBytes,
      storedBytes: storedBytesOf(file),
      exitCode: code,
      idleMiB: idle.now,
      peakMiB: peak,
      mibPerSecond: sizeBytes / 1024 / 1024 / seconds,
    };
  } finally {
    await origin.stop();
  }
}

async function download(url: string): Promise<number> {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage];
  let received = 0;
  for await (const chunk of response) received += (chunk as Buffer).length;
  return received;
}

function storedBytesOf(file: string): number {
  const reader = CassetteReader.open(file);
  const outcome = reader.exchange(reader.session().id, 1)?.outcome;
  reader.close();
  return outcome?.kind === 'response' && !outcome.body.truncated ? outcome.body.sizeBytes : 0;
}
