import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { responseOf } from '../../../src/model/exchange.ts';
import type { FreshResponse } from '../../../src/suite/fresh-response.ts';
import { answerWith } from '../../../src/suite/strength/answer.ts';
import { measureStrength } from '../../../src/suite/strength/measure-strength.ts';
import { mutationsOf } from '../../../src/suite/strength/mutations-of.ts';
import { UnchangedRun } from '../../../src/suite/strength/unchanged-run.ts';
import { cassetteOf, openReader, responseOutcome } from '../../support/cassette.ts';
import { noOthers } from '../../support/answers.ts';
import { run, stageOf } from '../../support/suite-stage.ts';

const ids = ['6f1c2b9e-0d3a-4c55-9a43-5f0f0f0f0f0f', '7e1c2b9e-0d3a-4c55-9a43-5f0f0f0f0f0f'] as const;
const json = (value: unknown): string => JSON.stringify(value);
const headers = ['Content-Type', 'application/json', 'X-Build', '17', 'ETag', '"abcdef01"'];
const outcome = responseOutcome({ headers });

const exchanges = [
  { target: '/orders', responseBytes: json([{ id: ids[0], total: 5 }]), outcome },
  {
    target: `/orders/${ids[0]}`,
    responseBytes: json({ id: ids[0], trace: { request_id: ids[1] }, total: 5, at: '2025-01-15T10:00:00Z' }),
    outcome,
  },
  { target: '/last', responseBytes: json({ order: ids[0] }), outcome },
];

/** Answers by path; what it answers may be changed. */
async function serve(answers: Map<string, FreshResponse>): Promise<string> {
  const server = http.createServer((request, response) => {
    const { outcome, body } = answers.get(request.url!)!;
    const facts = responseOf(outcome)!;
    response.sendDate = false;
    response.writeHead(facts.status, [...facts.headers]).end(body);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('what a run against a wrong server finds is what is counted as caught', async () => {
  const file = cassetteOf(exchanges);
  const reader = openReader(file);
  const session = reader.session();
  const unchanged = new UnchangedRun({
    reader,
    session,
    cassette: 'shop',
    steps: [],
    flows: [],
    compareRules: undefined,
  });
  const answers = [0, 1, 2].map((position) => unchanged.answer(position)!);
  const served = new Map(answers.map((one) => [one.exchange.request.target, answerWith(one)]));
  const url = await serve(served);
  const stage = stageOf(file);
  expect((await run(stage, url)).run.verdict).toBe('passed');

  const measured = measureStrength({
    reader,
    session,
    cassette: 'shop',
    compareRules: [],
    failOn: 'changed',
    seed: 1,
    limit: 10_000,
  });
  const survivors = new Set(
    measured.endpoints.flatMap(({ template, survivors }) => survivors.map(({ pattern }) => `${template} ${pattern}`)),
  );
  const { target } = answers[1]!.exchange.request;
  const another = (value: unknown) => (value === ids[0] ? ids[1] : value === ids[1] ? ids[0] : undefined);
  const told: string[] = [];
  const expected: string[] = [];
  for (const [index, mutation] of [...mutationsOf(answers[1]!, { ...noOthers, another })].entries()) {
    const isChosen = index % 4 === 0 || mutation.kind === 'swap' || /etag|request_id/.test(mutation.words);
    if (!isChosen) continue;
    served.set(target, mutation.apply());
    const { run: ended } = await run(stage, url);
    told.push(`${mutation.words}: ${ended.verdict!}`);
    const passes = survivors.has(`/orders/{id} ${mutation.pattern}`);
    expected.push(`${mutation.words}: ${passes ? 'passed' : 'failed'}`);
  }
  expect(told).toEqual(expected);
  expect(new Set(told.map((line) => line.split(': ')[1]))).toEqual(new Set(['passed', 'failed']));
});
