import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { keepRun } from '../support/past-run.ts';
import { runRetake } from '../support/process.ts';
import { get, replayFolder } from '../support/replayable.ts';

const env = { GIT_AUTHOR_NAME: 'Ada' };
const json = (value: unknown): string => JSON.stringify(value);

function stage(config?: object) {
  const items = [{ sku: 'a', at: '2001-01-01T00:00:00Z' }];
  const cwd = replayFolder({ exchanges: [get('/orders', json({ items, total: 5 })), get('/users', json({ n: 1 }))] });
  if (config) writeFileSync(path.join(cwd, 'retake.config.json'), JSON.stringify(config));
  const file = path.join(cwd, 'cassettes', 'shop.cassette');
  return {
    file,
    run: (...bodies: readonly unknown[]) => keepRun(cwd, file, bodies),
    rules: (...args: readonly string[]) => runRetake(['rules', ...args], { cwd, env }),
    stored: () => {
      const reader = CassetteReader.open(file);
      try {
        return { compare: reader.compareRules(), indexVersion: reader.session().indexVersion };
      } finally {
        reader.close();
      }
    },
  };
}

describe('retake rules for comparing', () => {
  test('adds a rule and says in short what it hides; the index of replay stays', async () => {
    const { rules, stored, run } = stage();
    const { indexVersion } = stored();
    run({ items: [{ sku: 'a', at: '2002-02-02T00:00:00Z' }], total: 5 }, { n: 1 });
    const added = await rules(
      'add',
      'shop',
      'GET /orders: expect  json $.items[*].at as timestamp',
      '--note',
      'a clock',
    );
    expect(added).toMatchObject({
      code: 0,
      stdout: 'rule 1 of shop: GET /orders: expect json $.items[*].at as timestamp\n',
      stderr:
        '  it is about 1 answer: 1 of 6 fields loosened (8.3 %), 5.0 % of the cassette\n' +
        '  it hides 1 past difference in 1 check of 1 run: 1 changed\n' +
        '    changed  run 1  GET /orders  body /items/0/at "2001-01-01T00:00:00Z" → "2002-02-02T00:00:00Z"\n',
    });
    expect(stored()).toMatchObject({ indexVersion, compare: [{ id: 1, author: 'Ada', note: 'a clock' }] });
    const again = await rules('add', 'shop', 'GET /orders: expect json $.items[*].at as timestamp');
    expect(again.stdout).toContain('shop has this rule already, as rule 1: GET /orders: expect json');
    const idle = await rules('add', 'shop', 'GET /orders: expect json $.itms ignored');
    expect(idle.stderr).toBe(
      'warning: no recorded answer has what this rule speaks of: check scope and place\n' +
        '  it is about 1 answer, and none has what it speaks of\n' +
        '  it hides nothing of what 1 past check found\n' +
        '  all 2 rules together: 5.0 % of 10 fields (0 ignored, 1 loosened)\n',
    );
  });

  test('shows what a rule would hide before it is kept, what would break clients first', async () => {
    const { rules, run, file } = stage();
    run({ items: [], total: '5' }, { n: 1 });
    const before = readFileSync(file);
    const tried = await rules('add', 'shop', '* /orders: expect json $ ignored', '--dry-run', '--ci');
    expect(tried).toMatchObject({
      code: 0,
      stdout: 'not kept in shop: * /orders: expect json $ ignored\n',
      stderr:
        '  it is about 1 answer: 3 of 6 fields ignored (50 %), 30 % of the cassette\n' +
        '  it hides 2 past differences in 1 check of 1 run: 2 broken\n' +
        '    broken  run 1  GET /orders  body /items/0 removed: {"sku":"a","at":"2001-01-01T00:00:00Z"}\n' +
        '    broken  run 1  GET /orders  body /total 5 → "5"\n' +
        'warning: 2 of what it hides would break clients: a narrower place, or as, of same type, within …, hides less\n',
    });
    const match = await rules('add', 'shop', '*: ignore query nonce', '--dry-run');
    expect(match.stdout).toBe('not kept in shop: *: ignore query nonce\n');
    expect(readFileSync(file)).toEqual(before);
    const document = JSON.parse((await rules('add', 'shop', '*: expect status ignored', '--dry-run', '--json')).stdout);
    expect(document).toMatchObject({
      schema: 'retake.rules/1',
      action: 'try',
      number: null,
      added: false,
      line: '*: expect status ignored',
      recordings: 2,
      blindSpot: { answers: 2, touched: 2, fields: 10, ignored: 2, loosened: 0, share: 0.2, past: { differences: 0 } },
      together: { fields: 10, ignored: 2, share: 0.2, answers: { looked: 2, of: 2 } },
    });
  });

  test('lists both kinds, those of the project under the number by which differences name them', async () => {
    const { rules, run } = stage({ compare: ['*: expect status ignored', '*: expect json $.n within 5%'] });
    await rules('add', 'shop', '*: match header accept-language');
    await rules('add', 'shop', 'GET /orders: expect json $.items unordered by sku', '--note', 'a set');
    const plain = await rules('shop');
    expect(plain.stdout.replaceAll(/\d{4}-\d\d-\d\d/g, 'TODAY')).toBe(
      '1                     *            match header accept-language          no recording  Ada, TODAY\n' +
        'retake.config.json 1  *            expect status ignored                 2 answers\n' +
        'retake.config.json 2  *            expect json $.n within 5%             1 answer\n' +
        '2                     GET /orders  expect json $.items unordered by sku  1 answer  Ada, TODAY: a set\n',
    );
    run({ items: [{ sku: 'a', at: '2001-01-01T00:00:00Z' }], total: 5 }, { n: 2 });
    const { stdout } = await rules('shop', '--blind-spots');
    expect(
      stdout
        .split('\n')
        .slice(1)
        .join('\n')
        .replaceAll(/\d{4}-\d\d-\d\d/g, 'TODAY'),
    ).toBe(
      'retake.config.json 1  *            expect status ignored                 2 answers\n' +
        '  it is about 2 answers: 2 of 10 fields ignored (20 %), 20 % of the cassette\n' +
        '  it hides nothing of what 2 past checks found\n' +
        'retake.config.json 2  *            expect json $.n within 5%             1 answer\n' +
        '  it is about 2 answers: 1 of 10 fields loosened (5.0 %), 5.0 % of the cassette\n' +
        '  it hides nothing of what 2 past checks found\n' +
        '2                     GET /orders  expect json $.items unordered by sku  1 answer  Ada, TODAY: a set\n' +
        '  it is about 1 answer: it hides the order of elements, and no field\n' +
        '  it hides nothing of what 1 past check found\n' +
        'all 3 rules together: 25 % of 10 fields (2 ignored, 1 loosened)\n',
    );
    const document = JSON.parse((await rules('shop', '--blind-spots', '--json')).stdout);
    expect(document.rules.map(({ kind, source, number }: Record<string, unknown>) => [kind, source, number])).toEqual([
      ['match', 'cassette', 1],
      ['compare', 'config', null],
      ['compare', 'config', null],
      ['compare', 'cassette', 2],
    ]);
    expect(document.rules[1].blindSpot).toMatchObject({ name: 'config rule 1', share: 0.2 });
    expect(document.blindSpots).toMatchObject({ share: 0.25, checks: { looked: 2, of: 2 } });
  });

  test('removes either kind by its number', async () => {
    const { rules, stored } = stage();
    await rules('add', 'shop', '*: ignore query nonce');
    await rules('add', 'shop', '*: expect body ignored');
    const gone = await rules('remove', 'shop', '3');
    expect(gone.stderr).toMatch(/there is no rule 3 in .*\n {2}rules there: 1, 2\n/);
    expect((await rules('remove', 'shop', '2')).stdout).toBe('rule 2 of shop is gone: *: expect body ignored\n');
    expect((await rules('remove', 'shop', '1')).stdout).toBe('rule 1 of shop is gone: *: ignore query nonce\n');
    expect(stored().compare).toEqual([]);
  });
});
