import { describe, expect, onTestFinished, test } from 'vitest';
import { parseMatchRuleLine } from '../../src/model/match-rule-grammar.ts';
import { openLayers } from '../../src/proxy/open-layers.ts';
import type { ReplayOptions } from '../../src/proxy/replay-proxy.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { openReader } from '../support/cassette.ts';
import { startReplay, type TestReplay } from '../support/replay.ts';
import { type Recorded, replayable, type ReplayableSession } from '../support/replayable.ts';
import { tempFolder } from '../support/temp-folder.ts';

const asking = (cookie: string, answer: string): Recorded => ({
  target: '/a',
  headers: ['Host', 'shop.test', 'Cookie', cookie],
  answer,
});

async function replayOf(
  session: ReplayableSession,
  overrides: Pick<ReplayOptions, 'pseudonym'> | object = {},
): Promise<TestReplay> {
  const file = replayable(session);
  const { layers, close } = await openLayers([openReader(file)], {
    session: undefined,
    rules: [parseMatchRuleLine('*: match cookie lang')],
    folder: tempFolder(),
  });
  onTestFinished(close);
  return startReplay(file, { layers, ...overrides });
}

const ask = async (replay: TestReplay, lang: string): Promise<string> => {
  const { startLine, body } = await replay.send(`GET /a\nCookie: lang=${lang}`);
  return startLine.includes(' 200 ') ? String(body) : startLine.split(' ')[1]!;
};

describe('a cookie that a rule lets count', () => {
  test('must have the recorded value, with one recording as with several', async () => {
    const one = await replayOf({ redacted: false, exchanges: [asking('lang=de; x=1', 'deutsch')] });
    expect([await ask(one, 'de'), await ask(one, 'en')]).toEqual(['deutsch', '502']);
    const two = await replayOf({
      redacted: false,
      exchanges: [asking('lang=de', 'deutsch'), asking('lang=en', 'english')],
    });
    expect([await ask(two, 'en'), await ask(two, 'de'), await ask(two, 'fr')]).toEqual(['english', 'deutsch', '502']);
  });

  test('is compared by its pseudonym where the key of the project is at hand', async () => {
    const key = Buffer.alloc(32, 7);
    const session = { key, exchanges: [asking('lang=deutsch', 'deutsch')] };
    const known = await replayOf(session, { pseudonym: createRedactor(key).pseudonym });
    expect([await ask(known, 'deutsch'), await ask(known, 'english')]).toEqual(['deutsch', '502']);
    const unknown = await replayOf(session);
    expect(await ask(unknown, 'english')).toBe('deutsch');
  });
});
