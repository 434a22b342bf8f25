import { once } from 'node:events';
import http from 'node:http';
import { expect, test } from 'vitest';
import { decodeTalk } from '../../src/model/talk.ts';
import { acceptChecks } from '../../src/review/finish.ts';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { type ChatBuild, startChatServer } from '../support/chat-server.ts';
import { recordSession } from '../support/record-session.ts';
import { run, stageOf, type SuiteStage, told, verdicts } from '../support/suite-stage.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { valueFlow } from '../support/value-flow.ts';
import { openSocket } from '../support/web-socket.ts';

type Client = (url: string) => Promise<void>;

async function record(client: Client, build: ChatBuild = {}): Promise<SuiteStage> {
  const folder = tempFolder();
  const server = await startChatServer(build);
  const file = await recordSession({ folder, url: server.url, client });
  await server.close();
  return stageOf(file, folder);
}

const against = async (stage: SuiteStage, build: ChatBuild = {}, options: Parameters<typeof run>[2] = {}) =>
  run(stage, (await startChatServer(build)).url, options);

/** Asks in the room it was given, says goodbye, and is told to go. */
const chat: Client = async (url) => {
  const talk = await openSocket(`${url}/chat`, { headers: { 'X-User': 'ann' } });
  const [welcome] = await talk.first(1);
  const { room } = JSON.parse(welcome!.slice(5)) as { room: string };
  talk.socket.send(JSON.stringify({ room, ask: 'tea' }));
  await talk.first(2);
  talk.socket.send(Buffer.from([1, 2, 3]));
  await talk.first(3);
  talk.socket.send('{"bye":true}');
  await talk.closed;
};

const post = async (url: string, text: string): Promise<void> => {
  await fetch(`${url}/notes`, { method: 'POST', body: text });
};

/** A client of server-sent events that leaves when it has seen enough. */
async function openStream(url: string, headers: http.OutgoingHttpHeaders = {}) {
  const request = http.get(`${url}/stream`, { headers });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  response.on('data', (chunk: Buffer) => (text += chunk.toString()));
  response.on('error', () => {});
  const until = async (word: string): Promise<string> => {
    while (!text.includes(word)) await once(response, 'data');
    return text;
  };
  const leave = async (): Promise<void> => {
    request.destroy();
    if (!response.closed) await new Promise((resolve) => response.once('close', resolve));
  };
  return { until, leave };
}

test('a conversation is played again, and only what differs is told', async () => {
  const stage = await record(chat);
  const same = await against(stage);
  expect(verdicts(same)).toEqual(['equivalent']);
  expect(same.skipped).toEqual([]);
  const changed = await against(stage, { price: 12 });
  expect(told(changed)).toEqual(['0 event /1/price 10 → 12']);
  const fresh = stage.runStore.fresh(changed.checks[0]!.id)!;
  const messages = decodeTalk(stage.runStore.body(fresh.talk!.sha256));
  expect(messages.map(({ direction, payload }) => `${direction} ${payload.toString('latin1')}`)).toEqual([
    'response {"welcome":true,"room":"room_7f3k20"}',
    'request {"room":"room_7f3k20","ask":"tea"}',
    'response {"answer":"tea","price":12}',
    'request \x01\x02\x03',
    'response \x03\x02\x01',
    'request {"bye":true}',
    'response \x03\xe8bye',
  ]);
});

test('what the server issues is said again, and explains that it is another one', async () => {
  const result = await against(await record(chat), { room: 'room_9w1x44' });
  expect(verdicts(result)).toEqual(['equivalent']);
  expect(result.checks[0]!.differences).toContainEqual(
    expect.objectContaining({ part: 'event', path: '/0/room', rule: 'renaming' }),
  );
});

test('another close, a message more and a refused switch are told', async () => {
  const stage = await record(chat);
  expect(told(await against(stage, { closeCode: 4001 }))).toEqual(['0 event /3/close/code 1000 → 4001']);
  const noticed = await against(stage, { notice: true });
  expect(told(noticed)).toContainEqual('0 event /1 added: {"notice":"maintenance"}');
  expect(verdicts(await against(stage, { status: 403 }))).toEqual(['broken']);
});

test('a server that does not answer is waited for within limits, and the rest is played', async () => {
  const result = await against(await record(chat), { silent: true }, { timeoutMs: 150 });
  expect(told(result)).toEqual(['0 event /1 removed: {"answer":"tea","price":10}']);
});

test('a close of the client and an end without a close are played as they were', async () => {
  const stage = await record(async (url) => {
    const closing = await openSocket(`${url}/closing`);
    await closing.first(1);
    closing.socket.close(4100, 'done');
    await closing.closed;
    const leaving = await openSocket(`${url}/leaving`);
    await leaving.first(1);
    leaving.socket.terminate();
    await leaving.closed;
  });
  expect(verdicts(await against(stage))).toEqual(['equivalent', 'equivalent']);
});

test('requests beside a conversation go out when they did, and what they cause is waited for', async () => {
  const stage = await record(async (url) => {
    const talk = await openSocket(`${url}/chat`);
    await talk.first(1);
    await post(url, 'first');
    await talk.first(2);
    talk.socket.send('{"room":"room_7f3k20","ask":"tea"}');
    await talk.first(3);
    await post(url, 'second');
    await talk.first(4);
    talk.socket.send('{"bye":true}');
    await talk.closed;
  });
  const order: number[] = [];
  const same = await against(stage, {}, { onCheck: ({ position }) => order.push(position) });
  expect(told(same)).toEqual([]);
  expect(order).toEqual([1, 2, 0]);
  expect(told(await against(stage, { price: 12 }))).toEqual([
    '0 event /1/price 10 → 12',
    '0 event /2/price 10 → 12',
    '0 event /3/price 10 → 12',
  ]);
});

/** Recordings know milliseconds: what is closer has no order between conversations. */
async function apart(): Promise<void> {
  const from = performance.now();
  while (performance.now() - from < 5) await new Promise(setImmediate);
}

test('two conversations that answer each other do so again', async () => {
  const stage = await record(async (url) => {
    const ann = await openSocket(`${url}/ann`);
    await ann.first(1);
    const bob = await openSocket(`${url}/bob`);
    await bob.first(1);
    for (let round = 0; round < 4; round += 1) {
      const both = (count: number) => Promise.all([ann.first(count), bob.first(count)]);
      await apart();
      ann.socket.send(`{"tell":"ann ${round}"}`);
      await both(2 + 2 * round);
      await apart();
      bob.socket.send(`{"tell":"bob ${round}"}`);
      await both(3 + 2 * round);
    }
    for (const { socket, closed } of [ann, bob]) {
      socket.close(1000);
      await closed;
    }
  });
  expect(told(await against(stage))).toEqual([]);
});

test('a stream that its client left is left where it was, and the requests beside it fill it', async () => {
  const stage = await record(async (url) => {
    const stream = await openStream(url);
    await post(url, 'first');
    await post(url, 'second');
    await stream.until('second');
    await stream.leave();
  });
  const same = await against(stage);
  expect(same.skipped).toEqual([]);
  expect(told(same)).toEqual([]);
  expect(told(await against(stage, { price: 12 }))).toEqual([
    '0 body /0/data/price 10 → 12',
    '0 body /1/data/price 10 → 12',
  ]);
});

test('a value that an open stream issues goes into the requests beside it', async () => {
  const recorded = '0f8fad5bd9cb469fa16570867728950e';
  const stage = await record(
    async (url) => {
      const stream = await openStream(url, { 'X-Session': 'new' });
      const [, room] = /"room":"(\w+)"/.exec(await stream.until('room'))!;
      await fetch(`${url}/notes?room=${room}`, { method: 'POST', body: 'first' });
      await stream.until('first');
      await stream.leave();
    },
    { room: recorded },
  );
  const writer = CassetteWriter.open(stage.file, { create: 'never' });
  writer.addFlows(1, [valueFlow({ fromPlace: 'event:0 > json:/room', toPlace: 'query:room[0]', value: recorded })]);
  writer.close();
  const result = await against(stage, { room: '7c9e6679742540de944be07fc1f90ae7' });
  expect(told(result)).toEqual([]);
  expect(result.checks[1]!.differences).toContainEqual(
    expect.objectContaining({ path: '/0/data/room', rule: 'renaming' }),
  );
});

test('an accepted conversation is the baseline of the next run', async () => {
  const stage = await record(chat);
  const { run: changed, checks } = await against(stage, { price: 12 });
  const { runStore } = stage;
  const accepted = { runStore, runId: changed.id, checkIds: [checks[0]!.id], author: 'Ann', now: Date.now() };
  expect(acceptChecks(accepted)).toMatchObject({ accepted: 1, notWritten: [] });
  expect(verdicts(await against(stage, { price: 12, room: 'room_9w1x44' }))).toEqual(['equivalent']);
  expect(told(await against(stage, { price: 10 }))).toEqual(['0 event /1/price 12 → 10']);
});

test('an interrupted run gives up its conversations at once', async () => {
  const stage = await record(chat);
  const stop = new AbortController();
  const server = await startChatServer({ silent: true });
  const running = run(stage, server.url, { signal: stop.signal });
  setTimeout(() => stop.abort(), 50);
  expect((await running).run.verdict).toBe('interrupted');
});
