import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fixedTime } from '../support/cassette.ts';
import { startRetake } from '../support/process.ts';
import { replayFolder } from '../support/replayable.ts';

test('--time shift answers as if it were now, and the certificate says so', async () => {
  const answer = JSON.stringify({ createdAt: new Date(fixedTime).toISOString() });
  const response = { headers: ['Content-Type', 'application/json', 'Content-Length', String(answer.length)] };
  const cwd = replayFolder({ exchanges: [{ target: '/a', answer, response }] });
  const words = ['replay', 'shop', '--no-control', '--time', 'shift', '--certificate', 'certificate.json'];
  const replay = await startRetake(words, { cwd });
  const { createdAt } = (await (await fetch(`${replay.url}/a`)).json()) as { createdAt: string };
  expect(Math.abs(Date.parse(createdAt) - Date.now())).toBeLessThan(60_000);
  expect((await replay.stop()).code).toBe(0);
  expect(JSON.parse(readFileSync(path.join(cwd, 'certificate.json'), 'utf8'))).toMatchObject({
    hermetic: false,
    options: { time: 'shift' },
    reasons: ['times in answers depend on the clock (shift)'],
  });
});
