import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ruleActions } from '../../../src/cli/rule-actions.ts';
import { parseCompareRuleLine } from '../../../src/model/compare-rule-grammar.ts';
import { CassetteReader } from '../../../src/store/cassette-reader.ts';
import { CassetteWriter } from '../../../src/store/cassette-writer.ts';
import { addNoisyRun, type NoisyRun } from '../../support/noisy-run.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { testUi, testUiOver } from '../../support/ui-app.ts';

const { folder: project, remove } = makeTempFolder();
const actions = { rules: ruleActions({ cwd: project, ci: false }) };
const ui = testUi({ actions });
let run: NoisyRun;
beforeAll(() => {
  writeFileSync(
    path.join(project, 'retake.config.json'),
    JSON.stringify({ compare: ['*: expect json $.took ignored'], match: ['*: ignore query nonce'] }),
  );
  run = addNoisyRun(ui.folder);
  const writer = CassetteWriter.open(run.cassettePath, { create: 'never' });
  const facts = { author: 'calibration', at: Date.now() };
  const evidence = { differed: 6, compared: 6, unseen: 1 };
  writer.addCompareRule({
    ...facts,
    rule: parseCompareRuleLine('GET /items: expect json $.items[*].score within 50%'),
    evidence,
  });
  writer.addCompareRule({
    ...facts,
    author: 'Eve',
    note: '<b>why</b>',
    rule: parseCompareRuleLine('GET /items: expect json $.items[*].currency ignored'),
  });
  writer.close();
  return remove;
});

const stored = () => {
  const reader = CassetteReader.open(run.cassettePath);
  try {
    return [...reader.matchRules(), ...reader.compareRules()].map(({ id }) => id);
  } finally {
    reader.close();
  }
};
const rows = (page: string): string[] =>
  [...page.matchAll(/<li class="rule-row" id="([^"]+)">(.*?)<\/li>/gs)].map(
    ([, id, row]) =>
      `${id}: ${row!
        .replaceAll(/<[^>]+>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim()}`,
  );

describe('the rules of a cassette', () => {
  test('stand with author, note, evidence and what each of them hides', async () => {
    const page = await ui.html('/rules?cassette=feed');
    expect(rows(page)).toEqual([
      'config-rule-1: config rule 1 unused * expect json $.took ignored of the configuration, for every cassette none of 4 answers has it no past difference',
      expect.stringMatching(
        /^calibration-1: calibration 1 learned GET \/items expect json \$\.items\[\*\]\.score within 50% calibration, just now · differed in 6 of 6 pairs, surely in 60 % of all; not seen in the last 1 calibration 12 % of 1 answer 1 past difference in 1 run Remove…/,
      ),
      expect.stringMatching(
        /^rule-2: rule 2 GET \/items expect json .* ignored Eve, just now : “&lt;b&gt;why&lt;\/b&gt;” 23 % of 1 answer 1 past difference in 1 run 1 broken Remove… What it explains will be findings again/,
      ),
      'config-match-rule-1: config match rule 1 unused * ignore query nonce of the configuration, for every cassette no recording has it',
    ]);
    expect(page).toContain('together they hide');
    expect(page).toMatch(/<rect class="share-ignored" width="23/);
  });

  test('are added on a line, after their preview was seen', async () => {
    const line = 'GET /items: ignore query limit';
    const preview = await ui.html(`/rules?cassette=feed&rule=${encodeURIComponent(line)}`);
    expect(preview).toContain('It touches 1 recording.');
    const form = { cassette: 'feed', rule: line, note: '', previewed: line };
    const unseen = await ui.ask('/rules', { form: { ...form, previewed: '' } });
    expect(await unseen.text()).toContain('Keep this rule');
    expect(stored()).toEqual([1, 2]);
    const kept = await ui.ask('/rules', { form });
    expect(kept.headers.get('location')).toBe('/rules?cassette=feed&done=rule+3+is+kept');
    expect(stored()).toEqual([3, 1, 2]);
    expect(await ui.html('/rules?cassette=feed&done=rule+3+is+kept')).toContain('rule 3 is kept');
  });

  test('are taken out by number; one that is gone is as wanted', async () => {
    const form = { cassette: 'feed', number: '3' };
    for (let i = 0; i < 2; i++) expect((await ui.ask('/rules/remove', { form })).status).toBe(303);
    expect(stored()).toEqual([1, 2]);
  });

  test('are not changed while the cassette is written, in CI, or where nobody can', async () => {
    const form = { cassette: 'feed', number: '2' };
    const writer = CassetteWriter.open(run.cassettePath, { create: 'never' });
    const locked = await ui.ask('/rules/remove', { form });
    writer.close();
    expect([locked.status, (await locked.text()).includes('CASSETTE_LOCKED')]).toEqual([409, true]);
    const inCi = testUiOver(ui.folder, { actions: { rules: ruleActions({ cwd: project, ci: true }) } });
    expect(await (await inCi.ask('/rules/remove', { form })).text()).toContain('rules are not changed in CI');
    const line = '*: expect json $.took of same type';
    const bare = testUiOver(ui.folder);
    const looking = await bare.html(`/rules?cassette=feed&rule=${encodeURIComponent(line)}`);
    expect(looking).toContain('What it hides');
    expect(looking).not.toMatch(/Keep this rule|Remove…/);
    const refused = await bare.ask('/rules', { form: { cassette: 'feed', rule: line, previewed: line } });
    expect(await refused.text()).toContain('rules cannot be changed here');
    expect(stored()).toEqual([1, 2]);
  });

  test('stand without those of a configuration that cannot be read', async () => {
    const { folder, remove: clean } = makeTempFolder();
    writeFileSync(path.join(folder, 'retake.config.json'), '{"compare": ["*: expct"]}');
    const broken = testUiOver(ui.folder, { actions: { rules: ruleActions({ cwd: folder, ci: false }) } });
    const page = await broken.html('/rules?cassette=feed');
    clean();
    expect(page).toContain('CONFIG_INVALID');
    expect(rows(page)).toHaveLength(2);
  });

  test('of which cassette is asked where none is named', async () => {
    expect(await ui.html('/rules')).toContain('<a href="/rules?cassette=feed">');
    expect((await ui.ask('/rules?cassette=nowhere')).status).toBe(404);
    expect(await ui.html('/rules?cassette=shop')).toContain('config rule 1');
    expect(await testUiOver(ui.folder).html('/rules?cassette=shop')).toContain('Everything in an answer counts');
  });
});
