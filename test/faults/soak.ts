import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';
import { missingFrom, type Seen } from './crowd-in-cassette.ts';
import { descriptorsOf, residentMiB, secondsUntil, startMeasured, withFolder } from './measured-process.ts';
import { machineLoad, type FaultReport } from './report.ts';
import { answerTo, startTestUpstream, type TestUpstream } from './test-upstream.ts';

const crowd = { clients: 1000, webSockets: 500, streams: 200 };
/** Of each client and WebSocket: 375 requests and messages a second in all, a third of one core. */
const everyMs = 4000;
/** They do not all knock in the same moment. */
const arrivalMs = 2000;
/** Upstream closes a kept connection after 5 s; the recorder follows. */
const settleMs = 20_000;
const maxExtraDescriptors = 2;
/** Of V8's heap, which is not given back at once. A leak of 1 KiB for each of the 15,000 exchanges would be as much. */
const maxGrowthMiB = 20;

interface Tally extends Seen {
  readonly answers: Map<string, number>;
  readonly messages: Map<string, string[]>;
  readonly events: Map<string, string>;
  readonly problems: string[];
}

/** 1,000 clients, 500 WebSockets and 200 event streams at once through one recorder: nothing is lost, nothing stays behind. */
export async function holdsCrowd(report: FaultReport, { seconds }: { readonly seconds: number }): Promise<void> {
  await withFolder(async (folder) => {
    const upstream = await startTestUpstream();
    const cassette = path.join(folder, 'soak.cassette');
    const recorder = await startMeasured(['record', '--target', upstream.url, '--cassette', cassette], folder);
    const tally: Tally = { answers: new Map(), messages: new Map(), events: new Map(), problems: [] };
    const hold = (round: string, lastsMs: number): Promise<void> =>
      holdOnce({ url: recorder.url, upstream, tally, round, lastsMs });

    // Memory and descriptors are compared with those of a recorder that has met such a crowd before.
    await hold('warm', 4 * everyMs);
    await pause(settleMs);
    const before = { descriptors: descriptorsOf(recorder.pid), mib: residentMiB(recorder.pid) };
    const warm = count(tally);
    const running = hold('long', seconds * 1000);
    await pause(seconds * 500);
    const during = { descriptors: descriptorsOf(recorder.pid), mib: residentMiB(recorder.pid), load: machineLoad() };
    await running;
    const gone = await secondsUntil(
      () => Math.abs(descriptorsOf(recorder.pid) - before.descriptors) <= maxExtraDescriptors,
      settleMs,
    );
    await pause(settleMs);
    const after = { descriptors: descriptorsOf(recorder.pid), mib: residentMiB(recorder.pid) };
    const { code } = await recorder.stop();

    const all = count(tally);
    report.say(
      `${all.answers - warm.answers} answers, ${all.messages - warm.messages} messages and ` +
        `${all.events - warm.events} events in ${seconds} s; ${during.load} in the middle of it`,
    );
    report.pledge(
      'no client misses an answer, message or event',
      tally.problems.length === 0,
      `${tally.problems.length} problems${tally.problems.length > 0 ? `, the first: ${tally.problems[0]}` : ''}`,
    );
    report.pledge(
      'descriptors are back when the clients are gone',
      gone !== undefined,
      `${before.descriptors} before, ${during.descriptors} with all clients, ${after.descriptors} after ${gone?.toFixed(1)} s`,
    );
    report.pledge(
      `memory is back within ${maxGrowthMiB} MiB`,
      after.mib - before.mib < maxGrowthMiB,
      `${before.mib.toFixed(0)} MiB before, ${during.mib.toFixed(0)} with all clients, ${after.mib.toFixed(0)} after`,
    );
    report.pledge('the recorder stops with 0', code === 0, `exit code ${code}`);
    const missing = missingFrom(cassette, tally);
    report.pledge(
      'the cassette holds everything once and whole',
      missing.length === 0,
      `${missing.length} missing or different${missing.length > 0 ? `, the first: ${missing[0]}` : ''}`,
    );
    await upstream.close();
    await replays(report, { folder, cassette, paths: [...tally.answers.keys()] });
  });
}

interface Holding {
  readonly url: string;
  readonly upstream: TestUpstream;
  readonly tally: Tally;
  readonly round: string;
  readonly lastsMs: number;
}

async function holdOnce(holding: Holding): Promise<void> {
  const { upstream, tally, round, lastsMs } = holding;
  const endsAt = performance.now() + lastsMs;
  const each = (size: number, run: (name: string) => Promise<void>): Promise<void>[] =>
    Array.from({ length: size }, async (_, index) => {
      await pause((arrivalMs * index) / size);
      const name = `${round}-${index}`;
      await run(name).catch((problem: unknown) => tally.problems.push(`${name}: ${String(problem)}`));
    });
  const ended = setTimeout(upstream.endStreams, lastsMs);
  await Promise.all([
    ...each(crowd.clients, (name) => client(holding, name, endsAt)),
    ...each(crowd.webSockets, (name) => webSocket(holding, name, endsAt)),
    ...each(crowd.streams, (name) => stream(holding, name)),
  ]);
  clearTimeout(ended);
}

async function get(url: string, agent?: http.Agent): Promise<{ readonly status: number; readonly text: string }> {
  const request = http.get(url, { agent });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode ?? 0, text };
}

/** One kept-alive connection with a request now and then. */
async function client({ url, tally }: Holding, name: string, endsAt: number): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (let number = 0; performance.now() < endsAt; number += 1) {
    const itemPath = `/items/${name}/${number}`;
    const { status, text } = await get(url + itemPath, agent);
    if (status !== 200 || text !== answerTo(itemPath))
      tally.problems.push(`${itemPath}: ${status} ${text.slice(0, 80)}`);
    tally.answers.set(itemPath, (tally.answers.get(itemPath) ?? 0) + 1);
    await pause(everyMs);
  }
  agent.destroy();
}

async function webSocket({ url, tally }: Holding, name: string, endsAt: number): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/talk/${name}`);
  await once(socket, 'open');
  const sent: string[] = [];
  for (let number = 0; performance.now() < endsAt; number += 1) {
    const text = `${name} says ${number}`;
    const echoed = once(socket, 'message');
    socket.send(text);
    sent.push(text);
    const [data] = (await echoed) as [Buffer];
    if (data.toString() !== text) tally.problems.push(`${name}: ${data.toString()} instead of ${text}`);
    await pause(everyMs);
  }
  tally.messages.set(name, sent);
  socket.close(1000);
  const [code] = (await once(socket, 'close')) as [number];
  if (code !== 1000) tally.problems.push(`${name} was closed with ${code}`);
}

/** Reads until upstream ends the stream. */
async function stream({ url, upstream, tally }: Holding, name: string): Promise<void> {
  const { status, text } = await get(`${url}/events/${name}`, new http.Agent());
  const numbers = [...text.matchAll(/^id: (\d+)$/gm)].map(([, number]) => Number(number));
  const sent = upstream.eventsSent.get(name);
  const isInOrder = numbers.every((number, index) => number === index + 1);
  if (status !== 200 || numbers.length !== sent || !isInOrder) {
    tally.problems.push(`stream ${name}: ${status}, ${numbers.length} of ${sent} events`);
  }
  tally.events.set(name, text);
}

function count({ answers, messages, events }: Tally): Record<'answers' | 'messages' | 'events', number> {
  const sum = (sizes: Iterable<number>): number => [...sizes].reduce((total, size) => total + size, 0);
  return {
    answers: sum(answers.values()),
    messages: sum([...messages.values()].map(({ length }) => length * 2)),
    events: sum([...events.values()].map((text) => text.split('\n\n').length - 1)),
  };
}

/** A part of what was recorded, asked again by 50 clients with upstream gone. */
async function replays(
  report: FaultReport,
  {
    folder,
    cassette,
    paths,
  }: { readonly folder: string; readonly cassette: string; readonly paths: readonly string[] },
): Promise<void> {
  const replay = await startMeasured(['replay', cassette], folder);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 50 });
  const chosen = paths.slice(0, 3000);
  let wrong = 0;
  const ask = async (itemPath: string): Promise<void> => {
    const { status, text } = await get(replay.url + itemPath, agent);
    if (status !== 200 || text !== answerTo(itemPath)) wrong += 1;
  };
  await Promise.all(chosen.map((itemPath) => ask(itemPath).catch(() => (wrong += 1))));
  agent.destroy();
  await replay.stop();
  report.pledge('replay serves the same answers', wrong === 0, `${wrong} of ${chosen.length} wrong`);
}
