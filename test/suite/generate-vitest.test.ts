import { describe, expect, test } from 'vitest';
import { generateVitest } from '../../src/suite/generate-vitest.ts';
import { type ExchangeParts, newExchange, responseOutcome } from '../support/cassette.ts';

function generate(...parts: readonly ExchangeParts[]): string {
  return generateVitest({
    cassettePath: '../cassettes/shop.cassette',
    cassette: 'shop',
    session: 'session-1',
    exchanges: parts.map((one, position) => ({ id: position + 1, ...newExchange(1, { position, ...one }) })),
  });
}

describe('a generated vitest file', () => {
  test('is what a person would write', () => {
    const text = generate({ method: 'POST', target: '/login' }, { outcome: responseOutcome({ status: 404 }) });
    expect(text).toBe(`import { env } from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSuite, type Suite } from 'retake';

// Sends the recorded requests to the server at RETAKE_TARGET and compares its responses with their baselines.
// Run it: RETAKE_TARGET=http://127.0.0.1:3000 npx vitest run
const target = env['RETAKE_TARGET'];
let suite: Suite;

beforeAll(async () => {
  if (!target) throw new Error('set RETAKE_TARGET to the server under test, for example http://127.0.0.1:3000');
  suite = await openSuite({
    cassette: new URL('../cassettes/shop.cassette', import.meta.url),
    session: 'session-1',
    target,
  });
});

afterAll(async () => {
  await suite?.close();
});

describe('shop:session-1', () => {
  test('POST /login → 200', async () => {
    expect((await suite.check(0)).failures).toEqual([]);
  });

  test('GET /orders/7 → 404', async () => {
    expect((await suite.check(1)).failures).toEqual([]);
  });
});
`);
  });

  test('skips what cannot be judged, with the reason', () => {
    const text = generate({ outcome: { kind: 'failure', code: 'client-aborted', message: '' } });
    expect(text).toContain(`  // Cannot be judged: the recording client left before the response was complete
  test.skip('GET /orders/7 → client-aborted');
`);
  });

  test('holds recorded text as text, whatever it is', () => {
    const target = `/'+process.exit()+'\\"\u2028\${x}\n*/`;
    const text = generate(
      { target },
      { target, outcome: { kind: 'failure', code: 'refused', message: `\n'*/${target}` } },
    );
    const titles = [...text.matchAll(/test(?:\.skip)?\(('(?:[^'\\]|\\.)*')/g)].map(([, literal]) => literal!);
    expect(titles).toHaveLength(2);
    for (const literal of titles) {
      // oxlint-disable-next-line no-eval, no-implied-eval
      expect(new Function(`return ${literal}`)()).toContain(`GET ${target} → `);
    }
    expect(text.split('\n').filter((line) => line.includes('Cannot be judged'))).toHaveLength(1);
  });
});
