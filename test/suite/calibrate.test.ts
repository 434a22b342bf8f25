import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { formatCompareRuleLine, parseCompareRuleLine } from '../../src/model/compare-rule-grammar.ts';
import { calibrate } from '../../src/suite/calibrate.ts';
import { cassetteOf, openWriter } from '../support/cassette.ts';
import { stageOf, suiteOptions } from '../support/suite-stage.ts';

/** Serves what each call of `answer` makes; how often it was called is the load of the server. */
async function startNoisy(answer: (call: number) => unknown): Promise<string> {
  let calls = 0;
  const server = createServer((_request, response) => {
    calls += 1;
    const { status = 200, ...body } = answer(calls) as { readonly status?: number };
    response.writeHead(status, { 'Content-Type': 'application/json', 'X-Worker': `w${calls}` });
    response.end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function calibrated(file: string, url: string, repeats = 3) {
  return calibrate({ ...suiteOptions(stageOf(file), url), repeats });
}

const lines = (noise: Awaited<ReturnType<typeof calibrate>>['noise']): string[] =>
  noise.map(({ rule, differed, compared, part, pattern }) => {
    return `${rule ? formatCompareRuleLine(rule) : `${part} ${pattern}`} ${differed}/${compared}`;
  });

test('what differs between answers of one build is learned, what differs from the recording is not', async () => {
  const recorded = cassetteOf([{ target: '/status', responseBytes: '{"load":0,"version":1,"tags":["a","b"]}' }]);
  const url = await startNoisy((call) => ({ load: call, version: 2, tags: call % 2 === 0 ? ['b', 'a'] : ['a', 'b'] }));
  const { noise, answers, exchanges } = await calibrated(recorded, url);
  expect([exchanges, answers.length]).toEqual([1, 2]);
  expect(lines(noise)).toEqual([
    'GET /status: expect header x-worker as any 2/2',
    'GET /status: expect json $.load of same type 2/2',
    'GET /status: expect json $.tags unordered 1/2',
  ]);
});

test('what fails now and then is told and not learned', async () => {
  const recorded = cassetteOf([{ target: '/status', responseBytes: '{}' }]);
  const url = await startNoisy((call) => (call === 3 ? { status: 503 } : {}));
  const { noise } = await calibrated(recorded, url);
  expect(lines(noise)).toEqual(['GET /status: expect header x-worker as any 2/2', 'status  1/2']);
});

test('rules of people explain, those of earlier calibrations do not', async () => {
  const file = cassetteOf([{ target: '/status', responseBytes: '{"load":0}' }]);
  const writer = openWriter(file);
  const at = { author: 'Ada', at: 0 };
  writer.addCompareRule({ rule: parseCompareRuleLine('*: expect header x-worker ignored'), ...at });
  const evidence = { differed: 1, compared: 1, unseen: 0 };
  writer.addCompareRule({
    rule: parseCompareRuleLine('GET /status: expect json $.load of same type'),
    ...at,
    evidence,
  });
  writer.close();
  const url = await startNoisy((call) => ({ load: call }));
  const { noise } = await calibrated(file, url, 2);
  expect(lines(noise)).toEqual(['GET /status: expect json $.load of same type 1/1']);
});
