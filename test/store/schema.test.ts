import { copyFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { contentHash } from '../../src/store/content-hash.ts';
import { fixedTime, openReader } from '../support/cassette.ts';
import { tempFolder } from '../support/temp-folder.ts';

const fixture = fileURLToPath(new URL('../fixtures/cassettes/format-1.cassette', import.meta.url));

test('a cassette of format 1 reads today as it was written', () => {
  const before = readFileSync(fixture);
  const reader = openReader(fixture);
  expect(reader.formatVersion).toBe(1);
  expect(reader.sessions()).toMatchObject([
    {
      name: 'checkout',
      startedAt: fixedTime,
      endedAt: fixedTime + 2000,
      targets: [
        { name: 'default', url: 'http://127.0.0.1:3000' },
        { name: 'payments', url: 'https://payments.example/v2' },
      ],
      gitCommit: '4f1c0de4f1c0de4f1c0de4f1c0de4f1c0de4f1c0',
      tags: { branch: 'main' },
      redacted: true,
      exchangeCount: 5,
    },
    { name: 'cut-short', redacted: false, incomplete: 'the disk was full for 2 s', exchangeCount: 1 },
  ]);
  const session = reader.session('checkout');
  const [login, order, charge, download, image] = [...reader.exchanges(session.id)];
  expect(login).toMatchObject({ requestKey: 'a0'.repeat(16), slots: ['wjrpfl'], request: { method: 'POST' } });
  expect(reader.body(login!.request.body.sha256).toString()).toBe('{"user":"ada","password":"wjrpfl"}');
  expect(order!.outcome).toMatchObject({
    kind: 'response',
    headers: ['Content-Type', 'text/event-stream', 'Transfer-Encoding', 'chunked', 'X-Latin', 'caf\u00e9'],
    trailers: ['X-Sum', '42'],
    framing: 'chunked',
    informational: [{ status: 103, headers: ['Link', '</a.css>; rel=preload'] }],
  });
  expect(charge).toMatchObject({ targetName: 'payments', outcome: { kind: 'failure', code: 'refused' } });
  expect(download!.outcome).toMatchObject({ kind: 'failure', code: 'reset', response: { httpVersion: '1.0' } });
  const cutOff = download!.outcome?.kind === 'failure' ? download!.outcome.response!.body : undefined;
  expect(reader.body(cutOff!.sha256).subarray(240_000).equals(Buffer.alloc(60_000, 'e'))).toBe(true);
  expect(image!.outcome).toMatchObject({ body: { sizeBytes: 15, truncated: true, fullSizeBytes: 4096 } });
  expect(reader.streamMarks(order!.id)).toEqual([
    { offsetMs: 5.5, sizeBytes: 9 },
    { offsetMs: 105.25, sizeBytes: 9 },
  ]);
  expect(reader.redactedSlots(session.id).map(({ place }) => place)).toEqual([
    'json:/password',
    'header:authorization[0]',
  ]);
  expect(reader.flows(session.id)).toEqual([
    {
      from: 0,
      fromPlace: 'json:/token',
      to: 1,
      toPlace: 'header:authorization[0]',
      prefix: 'Bearer ',
      suffix: '',
      value: 'tk_4Jq9sQe0',
      evidence: 'long random value',
    },
  ]);
  expect(reader.baselines(order!.id)).toMatchObject([
    { version: 1, capturedAt: fixedTime + 100, renames: [] },
    { version: 2, renames: [['tk_4Jq9sQe0', 'tk_9Zz1aaB7']], author: 'Ada', run: 'run 4' },
  ]);
  expect(reader.decisions(order!.id)).toMatchObject([
    { action: 'accept', baselineVersion: 2 },
    { action: 'reject', difference: 'header:x-sum' },
  ]);
  expect(contentHash(reader)).toBe('68ecc29e0d0c932597f0e43d4298c88126a2f5fb9f9acb1d219eca4f79c0be9f');
  expect(readFileSync(fixture).equals(before)).toBe(true);
});

test('a cassette of format 1 can still be recorded into', () => {
  const file = path.join(tempFolder(), 'old.cassette');
  copyFileSync(fixture, file);
  CassetteWriter.open(file, { create: 'never' }).close();
  expect(openReader(file).sessions()).toHaveLength(2);
});

const second = fileURLToPath(new URL('../fixtures/cassettes/format-2.cassette', import.meta.url));

test('a cassette of format 2 reads today as it was written, with its index', () => {
  const before = readFileSync(second);
  const reader = openReader(second);
  expect(reader.formatVersion).toBe(2);
  const [shop, later] = reader.sessions();
  expect(shop).toMatchObject({ name: 'shop', tags: { 'variable:user': '"ada"' }, exchangeCount: 6 });
  // Another version of what is learned makes another index beside it, and reads none of this one.
  expect(shop!.indexVersion).toMatch(/^\d+\.\d+ [0-9a-f]{16}$/);
  expect(later!.indexVersion).toBe(shop!.indexVersion);
  expect(reader.matchRules()).toMatchObject([
    { author: 'Ada', note: 'made anew for every search', rule: { action: 'ignore' } },
    { rule: { action: 'treat', as: 'read' } },
  ]);
  const index = reader.index();
  const found = (position: number) => index.candidates(shop!.id, indexKeys[position]!);
  expect(found(0).map(({ position, since, state, changedAt }) => [position, since, state, changedAt])).toEqual([
    [0, 0, 0, 0],
    [2, 2, 0, 2],
  ]);
  const [write] = found(1);
  expect(write).toMatchObject({ isWrite: true, opens: 2, surely: [0, 1] });
  expect(write!.tokens).toMatchObject([{ place: 'json:/id', kind: 'uuid v4 lower', free: true }]);
  expect(index.echo(shop!.id, indexKeys[1]!, 1)).toMatchObject([{ place: 'header:x-request-id[0]' }]);
  expect(found(5)).toMatchObject([{ isWrite: false }]);
  expect(index.actors(shop!.id)).toMatchObject([{ place: 'authorization', named: true, first: 0, last: 2, count: 3 }]);
  expect(readFileSync(second).equals(before)).toBe(true);
});

/** By position: keys as they stand in the file, whatever keys are made of today. */
const indexKeys = [
  'dc687f55c48ffafa83189195c2a6a3f2',
  'e12a7ce198bc80ba29a296dfb3390369',
  'dc687f55c48ffafa83189195c2a6a3f2',
  '3ddb58fda5c04bb6d78222de53d3dc1d',
  '190965367a6804be80b04a858ee319e7',
  'e5fc5d50153feb1a801aacb5220feb13',
];
