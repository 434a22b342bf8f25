import http from 'node:http';
import { expect, test } from 'vitest';
import {
  type CertificateFacts,
  formatCertificate,
  type HermeticCertificate,
  hermeticCertificate,
} from '../../src/proxy/hermetic-certificate.ts';
import { parseTarget } from '../../src/model/target.ts';
import { Ledger } from '../../src/proxy/ledger.ts';
import type { ReplayResult } from '../../src/proxy/replay-proxy.ts';
import type { LayerSource } from '../../src/proxy/replay-layer.ts';
import { openReader } from '../support/cassette.ts';
import { missReport } from '../support/ledger.ts';
import { answering, startRawUpstream } from '../support/raw-upstream.ts';
import { startReplay } from '../support/replay.ts';
import { get, post, replayable, shop } from '../support/replayable.ts';

const options: CertificateFacts['options'] = {
  sequence: 'epoch',
  exhausted: 'miss',
  timing: 'instant',
  onMiss: 'error',
  strict: false,
  faults: [],
  time: 'recorded',
};

function layersOf(file: string): LayerSource[] {
  const reader = openReader(file);
  return [{ reader, cassette: 'shop', session: reader.session() }];
}

function certificateOf(
  file: string,
  result: Pick<ReplayResult, 'ledger' | 'upstreamConnections'>,
  more: Partial<CertificateFacts> = {},
): HermeticCertificate {
  return hermeticCertificate({
    toolVersion: '0.1.0',
    layers: layersOf(file),
    rulesHash: 'none',
    options,
    ledger: result.ledger,
    failed: [],
    upstreamConnections: result.upstreamConnections,
    bypassed: [],
    ...more,
  });
}

/** One request in a lane; `agent` decides whether the connection is kept. */
async function ask(port: number, agent: http.Agent, [method, path, lane, body]: readonly string[]): Promise<void> {
  const headers = {
    host: 'shop.test',
    'x-retake-lane': lane!,
    ...(body ? { 'content-type': 'application/json' } : {}),
  };
  await new Promise<void>((resolve, reject) => {
    const request = http.request({ port, host: '127.0.0.1', method, path, headers, agent }, (response) => {
      response.resume().once('end', resolve);
    });
    request.once('error', reject).end(body);
  });
}

const requests: readonly (readonly string[])[] = [
  ['GET', '/a', 'one'],
  ['GET', '/b', 'one'],
  ['GET', '/missing?token=secret-1', 'one'],
  ['GET', '/b', 'two'],
  ['QUERY', '/search', 'two', '{"q":"x"}'],
  ['QUERY', '/search', 'two', '{"q":"never recorded"}'],
  ['QUERY', '/search', 'two', '{"q":"nor this"}'],
];

test('two equal runs give equal bytes, whatever the order of their requests and connections', async () => {
  const file = replayable({
    exchanges: [
      get('/a', 'a'),
      get('/b', 'b'),
      { ...post('/search', '{"q":"x"}', 'found'), method: 'QUERY' },
      get('/unused', 'u'),
    ],
  });
  const first = await startReplay(file);
  const alone = new http.Agent({ keepAlive: false });
  for (const request of requests) await ask(first.port, alone, request);
  const second = await startReplay(file);
  const kept = new http.Agent({ keepAlive: true, maxSockets: 2 });
  await Promise.all(requests.toReversed().map((request) => ask(second.port, kept, request)));
  kept.destroy();
  const texts = [await first.stop(), await second.stop()].map((result) =>
    formatCertificate(certificateOf(file, result)),
  );
  expect(texts[1]).toBe(texts[0]);
  expect(JSON.parse(texts[0]!)).toEqual({
    schema: 'retake.certificate/1',
    hermetic: true,
    reasons: [],
    verdict: 'passed',
    failed: [],
    tool: { name: 'retake', version: '0.1.0' },
    cassettes: [
      { name: 'shop', sessions: ['session-1'], contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    ],
    rulesHash: 'none',
    options,
    counts: {
      hits: 4,
      distinctHits: 3,
      misses: 3,
      forwarded: 0,
      relaxed: 0,
      unused: 1,
      faults: 0,
      upstreamConnections: 0,
    },
    lanes: [
      { name: 'one', hits: 2, misses: 1, forwarded: 0, relaxed: 0 },
      { name: 'two', hits: 2, misses: 2, forwarded: 0, relaxed: 0 },
    ],
    unused: ['shop:session-1/3'],
    misses: [
      {
        code: 'unmatched',
        method: 'GET',
        targetName: 'default',
        target: '/missing?token=⟦TOKEN⟧',
        lane: 'one',
        answer: 'error',
        count: 1,
      },
      {
        code: 'unmatched',
        method: 'QUERY',
        targetName: 'default',
        target: '/search',
        lane: 'two',
        answer: 'error',
        count: 2,
      },
    ],
    relaxations: [],
    faults: [],
  });
});

test('connections to real servers are counted where they are opened, and are not hermetic', async () => {
  const upstream = await startRawUpstream(
    answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi'),
  );
  const file = replayable(shop);
  const replay = await startReplay(file, {
    setup: { onMiss: 'forward' },
    upstream: { targets: [parseTarget(upstream.url)] },
  });
  await replay.send('GET /a');
  await replay.send('GET /new');
  await replay.send('GET /newer');
  const result = await replay.stop();
  expect(upstream.connectionCount()).toBe(2);
  expect(result.upstreamConnections).toBe(2);
  expect(certificateOf(file, result)).toMatchObject({
    hermetic: false,
    reasons: ['connections to real servers: 2', 'requests that real servers were asked: 2'],
  });
});

test('whatever else could have changed an answer is a reason', async () => {
  const file = replayable(shop);
  const result = { ledger: new Ledger().summary([]), upstreamConnections: 0 };
  expect(
    certificateOf(file, result, {
      bypassed: ['b.test', 'a.test'],
      options: { ...options, time: 'shift' },
      failed: ['unused'],
    }),
  ).toMatchObject({
    hermetic: false,
    verdict: 'failed',
    reasons: ['NO_PROXY keeps a.test, b.test out of the proxy', 'times in answers depend on the clock (shift)'],
  });
});

test('other answers in the cassette are another certificate', () => {
  const result = { ledger: new Ledger().summary([]), upstreamConnections: 0 };
  const hashes = ['a', 'b', 'a'].map((answer) => {
    const file = replayable({ exchanges: [get('/a', answer)] });
    return certificateOf(file, result).cassettes[0]!.contentHash;
  });
  expect(hashes[0]).toBe(hashes[2]);
  expect(hashes[0]).not.toBe(hashes[1]);
});

test('a list that the ledger had to cut is left out: which entries it kept is chance', () => {
  const ledger = new Ledger();
  for (let i = 0; i < 1001; i += 1) ledger.missed(missReport(`/${i}`), 'error');
  const certificate = certificateOf(replayable(shop), { ledger: ledger.summary([]), upstreamConnections: 0 });
  expect(certificate.misses).toBeUndefined();
  expect(certificate.counts.misses).toBe(1001);
  expect(certificate.relaxations).toEqual([]);
});
