import path from 'node:path';
import { compare, type Comparison, type ContenderResult } from './comparison.ts';
import { type BenchServer, startOrigin, startPassThrough, startRetake } from './servers.ts';

export interface EngineBench extends Omit<Comparison, 'contenders'> {
  readonly folder: string;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** Both engines of Retake, recording, beside bare http-proxy, all in front of the same origin. */
export async function compareEngines(bench: EngineBench): Promise<ContenderResult[]> {
  const { folder, rounds, say, ...comparison } = bench;
  const started: BenchServer[] = [];
  const start = async (starting: Promise<BenchServer>): Promise<BenchServer> => {
    const server = await starting;
    started.push(server);
    return server;
  };
  try {
    const { url } = await start(startOrigin('around'));
    const record = (engine: 'node' | 'http-proxy'): Promise<BenchServer> => {
      const cassette = path.join(folder, `engine-${engine}.cassette`);
      return start(startRetake(['record', '--target', url, '--cassette', cassette, '--engine', engine], folder));
    };
    const contenders = [
      { name: 'http-proxy with keep-alive agent', server: await start(startPassThrough('http-proxy', url)) },
      { name: 'retake record --engine http-proxy', server: await record('http-proxy') },
      { name: 'retake record --engine node', server: await record('node') },
    ].map((contender) => ({ ...contender, path: '/items' }));
    return await compare({ ...comparison, contenders }, rounds, say);
  } finally {
    await Promise.all(started.map((server) => server.stop()));
  }
}
