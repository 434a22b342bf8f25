import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import type { StoredCompareRule } from '../../src/model/compare-rule.ts';
import type { StoredMatchRule } from '../../src/model/stored-match-rule.ts';
import { runRetake } from '../support/process.ts';
import { get, post, replayFolder } from '../support/replayable.ts';

const env = { GIT_AUTHOR_NAME: 'Ada' };

interface Stage {
  readonly cwd: string;
  readonly rules: (...args: string[]) => ReturnType<typeof runRetake>;
  readonly stored: () => (StoredMatchRule | StoredCompareRule)[];
}

function stage(config?: object): Stage {
  const cwd = replayFolder({
    exchanges: [get('/search?q=a&nonce=1', 'a'), get('/search?q=b', 'b'), post('/orders', '{"id":"1"}', 'made')],
  });
  if (config) writeFileSync(path.join(cwd, 'retake.config.json'), JSON.stringify(config));
  return {
    cwd,
    rules: (...args) => runRetake(['rules', ...args], { cwd, env }),
    stored: () => {
      const reader = CassetteReader.open(path.join(cwd, 'cassettes', 'shop.cassette'));
      try {
        return [...reader.matchRules(), ...reader.compareRules()];
      } finally {
        reader.close();
      }
    },
  };
}

describe('retake rules', () => {
  test.each(['$..id', "$[?@ == '1']", '$.items[1:2]'])('the built program reads the JSONPath %s', async (jsonPath) => {
    const { rules, stored } = stage();
    const { code, stderr } = await rules('add', 'shop', `POST /orders: ignore json ${jsonPath}`);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringContaining('error') as string });
    expect(stored()).toHaveLength(1);
    expect((await rules('add', 'shop', 'POST /orders: ignore json $[')).stderr).not.toMatch(/constructor|new/);
  });

  test('adds a rule with author and note, and says how many recordings it touches', async () => {
    const { rules, stored } = stage();
    const added = await rules('add', 'shop', 'GET /search:  ignore query nonce', '--note', 'made anew');
    expect(added).toMatchObject({
      code: 0,
      stdout: 'rule 1 of shop: GET /search: ignore query nonce\n',
      stderr: '  it touches 1 recording\n',
    });
    expect(stored()).toMatchObject([{ id: 1, author: 'Ada', note: 'made anew' }]);
    const again = await rules('add', 'shop', 'GET', '/search:', 'ignore', 'query', 'nonce');
    expect(again.stdout).toBe('shop has this rule already, as rule 1: GET /search: ignore query nonce\n');
    expect(stored()).toHaveLength(1);
    const idle = await rules('add', 'shop', 'GET /serach: ignore query nonce');
    expect(idle.stderr).toBe(
      'warning: no recording has what this rule speaks of: check scope and name, unless only new requests have it\n',
    );
  });

  test('lists those of the configuration and of the cassette, in the order they count', async () => {
    const { rules, cwd } = stage({ match: [{ in: '*', match: 'header accept' }] });
    await rules('add', 'shop', 'POST /orders: type json $.id as uuid', '--note', 'ours');
    const { stdout } = await rules('shop');
    expect(stdout.replace(/\d{4}-\d\d-\d\d/, 'TODAY')).toBe(
      'retake.config.json  *             match header accept     no recording\n' +
        '1                   POST /orders  type json $.id as uuid  1 recording  Ada, TODAY: ours\n',
    );
    expect(JSON.parse((await rules('shop', '--json')).stdout)).toEqual({
      schema: 'retake.rules/1',
      cassette: path.join('cassettes', 'shop.cassette'),
      config: path.join(cwd, 'retake.config.json'),
      rules: [
        {
          kind: 'match',
          source: 'config',
          number: null,
          line: '*: match header accept',
          rule: { in: '*', match: 'header accept' },
          recordings: 0,
          author: null,
          note: null,
          at: null,
        },
        {
          kind: 'match',
          source: 'cassette',
          number: 1,
          line: 'POST /orders: type json $.id as uuid',
          rule: { in: 'POST /orders', type: 'json $.id', as: 'uuid' },
          recordings: 1,
          author: 'Ada',
          note: 'ours',
          at: expect.any(String) as string,
        },
      ],
    });
  });

  test('says so where there are none', async () => {
    const { code, stdout, stderr } = await stage().rules('shop');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain(
      'has no rules: requests match by method, server, path, query and body, and all of an answer counts',
    );
  });

  test('removes by number', async () => {
    const { rules, stored } = stage();
    await rules('add', 'shop', '*: ignore query q');
    const json = await rules('add', 'shop', '*: ignore query nonce', '--json');
    expect(JSON.parse(json.stdout)).toEqual({
      schema: 'retake.rules/1',
      action: 'add',
      number: 2,
      added: true,
      line: '*: ignore query nonce',
      recordings: 1,
    });
    expect((await rules('remove', 'shop', '1')).stdout).toBe('rule 1 of shop is gone: *: ignore query q\n');
    expect(stored().map(({ id }) => id)).toEqual([2]);
    const gone = await rules('remove', 'shop', '1');
    expect(gone.code).toBe(2);
    expect(gone.stderr).toMatch(/there is no rule 1 in .*shop\.cassette\n {2}rules there: 2\n/);
  });

  test.each([
    [['add', 'shop', 'GET /search: ignore qery nonce'], 2, /error: ignore: "qery" is no place; did you mean "query"\?/],
    [['add', 'shop', 'get /search: ignore query nonce'], 2, /error: in: "get" is no method: write GET/],
    [['add', 'shop'], 2, /error: add needs a cassette and a rule/],
    [['add', 'nowhere', '*: ignore body'], 4, /does not exist/],
    [['remove', 'shop', 'nonce'], 2, /error: remove needs a cassette and the number of a rule/],
    [['shop', 'add'], 2, /error: "add" is too much.*\n.*retake rules add CASSETTE RULE/],
    [[], 2, /error: rules needs a cassette\n.*retake rules CASSETTE/],
    [['shop', '--note', 'x'], 2, /error: --note has no effect/],
    [['shop', '--dry-run'], 2, /error: --dry-run has no effect/],
    [['remove', 'shop', '1', '--blind-spots'], 2, /error: --blind-spots has no effect here/],
    [['add', 'shop', 'GET /a: expect jsn $.id as uuid'], 2, /error: expect: "jsn" is no place; did you mean "json"\?/],
    [['add', 'shop', 'GET /a: expct json $.id as uuid'], 2, /error: "expct" is no action; did you mean "expect"\?/],
    [['add', 'shop', '*: expect body ignored', '--ci'], 2, /error: rules are not changed in CI/],
    [['add', 'shop', '*: ignore body', '--ci'], 2, /error: rules are not changed in CI/],
    [['remove', 'shop', '1', '--ci'], 2, /error: rules are not changed in CI/],
    [['nowhere'], 4, /does not exist/],
  ])('%j is refused', async (args, exitCode, message) => {
    const { rules, stored } = stage();
    const { code, stderr } = await rules(...args);
    expect(code).toBe(exitCode);
    expect(stderr).toMatch(message);
    expect(stored()).toEqual([]);
  });
});
