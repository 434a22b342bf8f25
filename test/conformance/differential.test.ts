import { expect, onTestFinished, test } from 'vitest';
import type { OddExchange, Sight } from '../support/differential.ts';
import { asksToClose, OddStage, textOf } from '../support/differential.ts';
import {
  comparableAnswer,
  comparableRequest,
  deviations,
  expectedAnswer,
  expectedRequest,
  isProblem,
} from '../support/expected-sight.ts';
import { generated } from '../support/odd-generated.ts';
import * as bodies from '../support/odd-bodies.ts';
import * as heads from '../support/odd-heads.ts';
import * as requests from '../support/odd-requests.ts';
import * as talk from '../support/odd-talk.ts';
import { startRecording } from '../support/recording.ts';
import { startReplay } from '../support/replay.ts';

test.each([
  ['status lines', heads.statusLines()],
  ['answers to HEAD', heads.answersToHead()],
  ['interim answers', heads.interims()],
  ['header lines', heads.headerLines()],
  ['chunked bodies', bodies.chunkedBodies()],
  ['other bodies', bodies.otherBodies()],
  ['broken answers', bodies.brokenAnswers()],
  ['methods and bodies', requests.methodsAndBodies()],
  ['targets', requests.targets()],
  ['request headers', requests.requestHeaders()],
  ['expectations and early answers', talk.expectations()],
  ['ways to talk', talk.waysToTalk()],
  ['refused upgrades', talk.refusedUpgrades()],
  ['switches of protocols', talk.switches()],
  ['generated exchanges', generated(1, 250)],
])('%s are the same with the recorder between, and replayed', { timeout: 120_000 }, async (_, exchanges) => {
  expect(await deviationsOf(exchanges, 'at-once')).toEqual([]);
});

test.each([
  ['broken answers', bodies.brokenAnswers()],
  ['other generated exchanges', generated(2, 50)],
])('%s are the same when the last byte waits for the disk', { timeout: 120_000 }, async (_, exchanges) => {
  expect(await deviationsOf(exchanges, 'stored')).toEqual([]);
});

/** Directly, recorded and replayed. */
async function deviationsOf(exchanges: readonly OddExchange[], lastByte: 'at-once' | 'stored'): Promise<unknown[]> {
  const stage = new OddStage();
  await stage.open();
  onTestFinished(() => stage.close());
  const recording = await startRecording(stage.url, {
    proxy: { upstreamHost: 'client', lastByte },
    recorder: {
      redactionKey: undefined,
      session: {
        startedAt: 0,
        targets: [{ name: 'default', url: stage.url }],
        toolVersion: '0.1.0',
        tags: {},
        redacted: false,
      },
    },
  });
  const found: string[] = [];
  const recorded = new Map<OddExchange, Sight>();
  for (const exchange of exchanges) {
    const direct = await stage.play(exchange, stage.port);
    const through = await stage.play(exchange, recording.port);
    recorded.set(exchange, through);
    found.push(
      ...compared(exchange, { direct, through, authority: `127.0.0.1:${stage.port}` }).map(
        (line) => `${exchange.title}: ${line}`,
      ),
    );
  }
  await recording.stop();
  const replay = await startReplay(recording.file);
  for (const exchange of exchanges) {
    if (exchange.notReplayed !== undefined) continue;
    const replayed = await stage.play(exchange, replay.port);
    const lines = deviations(recorded.get(exchange)!.client, replayed.client);
    found.push(...lines.map((line) => `${exchange.title}, replayed: ${line}`));
  }
  return [...found, ...stage.problems];
}

function compared(
  exchange: OddExchange,
  { direct, through, authority }: { readonly direct: Sight; readonly through: Sight; readonly authority: string },
): string[] {
  const found: string[] = [];
  const version = textOf(exchange).includes('HTTP/1.0\r\n') ? '1.0' : '1.1';
  for (const [i, answer] of direct.client.answers.entries()) {
    const got = through.client.answers[i];
    if (answer === 'none') {
      if (!isProblem(got)) found.push(`no answer became ${JSON.stringify(got)}`);
    } else if (got === undefined || got === 'none') found.push(`answer ${i} was lost`);
    else found.push(...deviations(expectedAnswer(answer, version), comparableAnswer(got)));
  }
  if (direct.client.end === 'silent' || through.client.end === 'silent') {
    found.push(`end: ${direct.client.end} became ${through.client.end}`);
  }
  for (const [i, request] of direct.upstream.entries()) {
    const got = through.upstream[i];
    if (!got) found.push(`request ${i} did not arrive`);
    else found.push(...deviations(expectedRequest(request, authority), comparableRequest(got)));
  }
  const asked = direct.upstream.at(-1);
  if (asked && asksToClose(asked) && through.client.end === 'in use') found.push('the connection was not closed');
  if (through.upstream.length > direct.upstream.length) found.push('more requests arrived');
  return found;
}
