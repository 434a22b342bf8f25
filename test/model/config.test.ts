import { describe, expect, test } from 'vitest';
import { ConfigProblem, defineConfig, parseConfig } from '../../src/model/config.ts';
import { parseCompareRuleLine } from '../../src/model/compare-rule-grammar.ts';
import { matchRules } from '../support/match-rules.ts';

test('a configuration holds rules, and defaults of replay and record', () => {
  const config = defineConfig({
    match: [{ in: 'GET /search', ignore: 'query nonce' }],
    compare: [{ in: '*', expect: 'json $.at', as: 'timestamp' }, '*: expect status ignored'],
    replay: { sequence: 'ordered', timing: '2x', onMiss: 'error', failOn: ['unmatched', 'unused'], strict: true },
    record: { include: ['host:api.test'], maxBody: '10mb', tags: { ticket: 'R-1' } },
    test: { maxBlindSpot: '20%', concurrency: 8, reporter: ['default', 'junit=out.xml'] },
  });
  expect(parseConfig(config)).toEqual({
    match: matchRules('GET /search: ignore query nonce'),
    compare: ['*: expect json $.at as timestamp', '*: expect status ignored'].map(parseCompareRuleLine),
    replay: config.replay,
    record: config.record,
    test: config.test,
  });
  expect(parseConfig({})).toEqual({ match: [], compare: [], replay: {}, record: {}, test: {} });
  expect(parseConfig({ match: ['GET /search: ignore query nonce'] }).match).toEqual(
    matchRules('GET /search: ignore query nonce'),
  );
  expect(parseConfig({ match: undefined, replay: { strict: undefined } }).match).toEqual([]);
});

describe('what is wrong is named with its place', () => {
  test.each([
    [null, 'it is null, not an object'],
    [[], 'it is a list, not an object'],
    [{ rules: [] }, 'rules: it is unknown'],
    [{ macth: [] }, 'macth: it is unknown; did you mean "match"?'],
    [{ constructor: 1 }, 'constructor: it is unknown'],
    [{ match: {} }, 'match: it is an object, not a list'],
    [{ match: ['GET /: ignroe body'] }, 'match[0]: "ignroe" is no action; did you mean "ignore"?'],
    [
      { match: ['*: expect status ignored'] },
      'match[0]: expect is about answers: it makes a rule for comparing, not one for matching',
    ],
    [{ match: [{ in: '*', expect: 'status' }] }, /^match\[0\]: expect is about answers/],
    [{ compare: ['*: ignore body'] }, 'compare[0]: "*: ignore body" is no rule for comparing'],
    [{ compare: [{ in: '*', expect: 'jsn $' }] }, 'compare[0]: the rule says not what is expected'],
    [{ compare: [{ in: '*', expect: 'jsn $', ignored: true }] }, /^compare\[0\]\.expect: "jsn" is no place/],
    [{ match: [7] }, 'match[0]: a rule is an object, not a number'],
    [
      {
        match: [
          { in: '*', ignore: 'body' },
          { in: 'GET /', ignore: 'qery n' },
        ],
      },
      /^match\[1\]\.ignore: "qery" is no place/,
    ],
    [{ match: [{ in: 'get /', ignore: 'body' }] }, 'match[0].in: "get" is no method: write GET'],
    [{ replay: 'ordered' }, 'replay: it is a string, not an object'],
    [{ replay: { sequenze: 'any' } }, 'replay.sequenze: it is unknown; did you mean "sequence"?'],
    [{ replay: { sequence: 3 } }, 'replay.sequence: it is a number, not a text'],
    [{ replay: { strict: 'yes' } }, 'replay.strict: it is a string, not true or false'],
    [{ replay: { failOn: [1] } }, 'replay.failOn: it is a list of other things, not a text or a list of texts'],
    [{ record: { include: 'a' } }, 'record.include: it is a string, not a list of texts'],
    [{ record: { tags: { a: 1 } } }, 'record.tags: it is an object, not an object of texts'],
    [{ record: { maxBody: null } }, 'record.maxBody: it is null, not a text'],
  ])('%j', (config, message) => {
    expect(() => parseConfig(config)).toThrow(ConfigProblem);
    expect(() => parseConfig(config)).toThrow(message);
  });
});
