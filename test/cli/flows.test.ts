import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ValueFlow } from '../../src/model/flow.ts';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { runRetake } from '../support/process.ts';
import { get, post, replayFolder } from '../support/replayable.ts';
import { valueFlow } from '../support/value-flow.ts';

interface Stage {
  readonly file: string;
  readonly flows: (...args: string[]) => ReturnType<typeof runRetake>;
  readonly stored: () => ValueFlow[];
}

function stage(): Stage {
  const cwd = replayFolder({
    exchanges: [
      post('/orders', '{"id":"17"}', '{"id":17,"ref":"a b"}'),
      get('/print?doc=17', 'x'),
      get('/orders/17', 'y'),
    ],
  });
  const file = path.join(cwd, 'cassettes', 'shop.cassette');
  const writer = CassetteWriter.open(file, { create: 'never' });
  writer.addFlows(1, [
    valueFlow({ to: 2, evidence: 'issued by the write POST /orders as id; both sides speak of order' }),
  ]);
  writer.close();
  return {
    file,
    flows: (...args) => runRetake(['flows', ...args], { cwd, env: { GIT_AUTHOR_NAME: 'Ada' } }),
    stored: () => {
      const reader = CassetteReader.open(file);
      try {
        return reader.flows(1);
      } finally {
        reader.close();
      }
    },
  };
}

describe('retake flows', () => {
  test('lists what goes where and why, for people and programs', async () => {
    const { flows } = stage();
    expect(await flows('shop')).toMatchObject({
      code: 0,
      stdout:
        '   1  0 json:/id -> 2 path:1  17\n' +
        '      POST /orders to GET /orders/17: issued by the write POST /orders as id; both sides speak of order\n',
    });
    expect(JSON.parse((await flows('shop', '--json')).stdout)).toEqual({
      schema: 'retake.flows/1',
      cassette: path.join('cassettes', 'shop.cassette'),
      session: 'session-1',
      flows: [
        {
          number: 1,
          from: { position: 0, method: 'POST', target: '/orders', place: 'json:/id' },
          to: { position: 2, method: 'GET', target: '/orders/17', place: 'path:1' },
          prefix: '',
          value: '17',
          suffix: '',
          evidence: 'issued by the write POST /orders as id; both sides speak of order',
        },
      ],
    });
  });

  test('adds one by hand, with who and why, and takes one out', async () => {
    const { flows, stored } = stage();
    const added = await flows('add', 'shop', '0 json:/id -> 1 query:doc[0]', '--note', 'the printer wants it');
    expect(added).toMatchObject({ code: 0, stdout: 'flow 1 of session-1: 0 json:/id -> 1 query:doc[0]\n' });
    expect(stored()[0]).toMatchObject({ to: 1, value: '17', prefix: '', suffix: '' });
    expect(stored()[0]!.evidence).toMatch(/^added by Ada on \d{4}-\d\d-\d\d: the printer wants it$/);
    expect((await flows('add', 'shop', '0 json:/id → 1 query:doc[0]')).stdout).toBe(
      'shop has this flow already, as flow 1: 0 json:/id -> 1 query:doc[0]\n',
    );
    expect(await flows('remove', 'shop', '2')).toMatchObject({
      code: 0,
      stdout: 'flow 2 of session-1 is gone: 0 json:/id -> 2 path:1\n',
    });
    expect(stored().map(({ to }) => to)).toEqual([1]);
    const gone = JSON.parse((await flows('remove', 'shop', '1', '--json')).stdout) as object;
    expect(gone).toMatchObject({ schema: 'retake.flows/1', action: 'remove', number: 1 });
    expect((await flows('shop')).stderr).toContain('has no value flows');
  });

  test.each([
    [['add', 'shop', '0 json:/id to 1 path:1'], '"0 json:/id to 1 path:1" is no flow'],
    [['add', 'shop', '0 json:/ref -> 1 query:doc[0]'], 'the request of 1 does not hold "a b" at query:doc[0]'],
    [['add', 'shop', '0 json:/id -> 9 path:1'], 'session-1 has no exchange 9'],
    [['add', 'shop'], 'add needs a cassette and a flow'],
    [['remove', 'shop', '5'], 'session-1 has no flow 5'],
    [['remove', 'shop', 'one'], 'remove needs a cassette and the number of a flow'],
    [['shop', 'extra'], '"extra" is too much: flows lists one session'],
    [['shop', '--note', 'x'], '--note has no effect'],
    [[], 'flows needs a cassette'],
    [['add', 'shop', '0 json:/id -> 1 query:doc[0]', '--ci'], 'flows are not changed in CI'],
    [['remove', 'shop', '1', '--ci'], 'flows are not changed in CI'],
  ])('%j is refused, and nothing changes', async (args, problem) => {
    const { flows, stored } = stage();
    const before = stored();
    const { code, stderr } = await flows(...args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(problem) as string });
    expect(stored()).toEqual(before);
  });

  test('nothing is changed while somebody records', async () => {
    const { file, flows } = stage();
    const writer = CassetteWriter.open(file, { create: 'never' });
    try {
      const { code, stderr } = await flows('remove', 'shop', '1');
      expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringContaining('is being written') as string });
    } finally {
      writer.close();
    }
  });
});
