import { beforeAll, describe, expect, test } from 'vitest';
import { chmodSync } from 'node:fs';
import path from 'node:path';
import { ruleActions } from '../../../src/cli/rule-actions.ts';
import { CassetteReader } from '../../../src/store/cassette-reader.ts';
import { CassetteWriter } from '../../../src/store/cassette-writer.ts';
import { addNoisyRun, type NoisyRun } from '../../support/noisy-run.ts';
import { testUi } from '../../support/ui-app.ts';

const ui = testUi({ actions: { rules: ruleActions({ cwd: '/nonexistent', ci: false }) } });
let run: NoisyRun;
beforeAll(() => {
  run = addNoisyRun(ui.folder);
});

const url = (difference: string, more = ''): string =>
  `/runs/${run.runId}/review/rule?check=${run.checks[0]}&difference=${encodeURIComponent(difference)}${more}`;
const rules = () => {
  const reader = CassetteReader.open(run.cassettePath);
  try {
    return reader.compareRules();
  } finally {
    reader.close();
  }
};
const timeLine = 'GET /items: expect json $.items[*].updatedAt as timestamp';
const currencyLine = 'GET /items: expect json $.items[*].currency ignored';
const keep = (form: Record<string, string>) =>
  ui.ask(`/runs/${run.runId}/review/rule`, {
    form: { check: String(run.checks[0]), difference: 'body:/items/0/updatedAt', ...form },
  });

describe('a rule for a difference', () => {
  test('is offered beside each finding, for a value of a class with its name', async () => {
    const page = await ui.html(`/runs/${run.runId}/review?check=${run.checks[0]}&difference=body:/items/0/updatedAt`);
    expect(page).toMatch(/<a class="chip suggestion" [^>]*take=volatile" [^>]*aria-keyshortcuts="v">timestamp\?<\/a>/);
    expect(page.match(/aria-label="Rule for this difference…"/g)).toHaveLength(8);
    expect(page.match(/aria-keyshortcuts="i"/g)).toHaveLength(1);
    expect(await ui.html(`/runs/${run.runId}/review`)).toMatch(
      /<a class="button" href="\/runs\/2\/review\/rule\?cluster=/,
    );
  });

  test('begins with the narrowest that explains it, and says what it would hide', async () => {
    const page = await ui.html(url('body:/items/0/updatedAt'));
    expect(page).toContain(`<input name="rule" value="${timeLine}"`);
    expect(page).toContain('explains 6 of 6 alike in this answer');
    expect(page).toContain('It is about 1 answer: 6 of 26 fields loosened (12 %), 8.6 % of the cassette.');
    expect(page).toContain(
      'It hides 6 past differences in 1 check of 1 run: 6 changed. Of run 2: 6 differences, 0 broken.',
    );
    expect(page).toContain('>Keep this rule</button>');
    expect(page).not.toContain('autofocus');
    expect(await ui.html(url('body:/items/0/updatedAt', '&take=volatile'))).toContain('autofocus');
  });

  test('is made wider by a link for each of its parts', async () => {
    const page = await ui.html(url('body:/items/0/updatedAt'));
    const ways = [...page.matchAll(/aria-label="([^"]+ becomes [^"]+)"/g)].map(([, words]) => words);
    expect(ways).toEqual([
      'GET becomes *',
      '/items becomes /*',
      '/items becomes /**',
      '.items becomes [*]',
      '.updatedAt becomes [*]',
    ]);
  });

  test('that hides something broken is not what the page proposes to do', async () => {
    const page = await ui.html(url('body:/items/3/currency', '&take=volatile'));
    expect(page).toContain(`value="${currencyLine}"`);
    expect(page).toContain('It hides <strong>1 past difference that would break clients</strong>.');
    expect(page).toContain('<button class="button reject">Keep it, although it hides 1 broken difference</button>');
    expect(page).toMatch(/<a class="button primary" href="[^"]+">Keep no rule<\/a>/);
    expect(page).not.toContain('autofocus');
  });

  test('that does not explain the difference says so, and why', async () => {
    const near = await ui.html(url('body:/items/1/score', '&rule=*: expect json $.items[*].score within 1%25'));
    expect(near).toContain(
      'does not explain this difference: it expects json $.items[*].score within 1%, but it is further away.',
    );
    expect(await ui.html(url('body:/items/1/score', '&rule=*: expect status ignored'))).toContain(
      'is not about this difference',
    );
    const wrong = await ui.html(url('body:/items/1/score', '&rule=*: expect json $.a as uid'));
    expect(wrong).toContain('did you mean &quot;uuid&quot;');
    expect(wrong).not.toContain('Keep');
  });

  test('cannot be asked for what is not there', async () => {
    expect((await ui.ask(url('body:/nothing'))).status).toBe(409);
    expect((await ui.ask('/runs/99/review/rule')).status).toBe(404);
  });

  test('is kept only after its preview was seen', async () => {
    const unseen = await keep({ rule: timeLine, previewed: currencyLine });
    expect(unseen.status).toBe(200);
    expect(await unseen.text()).toContain('Keep this rule');
    expect(rules()).toEqual([]);
  });

  test('of a cassette that is being recorded is refused, with what was written kept', async () => {
    const writer = CassetteWriter.open(run.cassettePath, { create: 'never' });
    const answer = await keep({ rule: timeLine, previewed: timeLine, note: 'a clock' });
    writer.close();
    expect(answer.status).toBe(409);
    const page = await answer.text();
    expect(page).toContain('CASSETTE_LOCKED');
    expect(page).toContain(`is being written by process ${process.pid}`);
    expect(page).toContain('value="a clock"');
    expect(rules()).toEqual([]);
  });

  test('of a cassette that cannot be written is refused', async () => {
    if (process.getuid?.() === 0) return;
    chmodSync(path.dirname(run.cassettePath), 0o555);
    const answer = await keep({ rule: timeLine, previewed: timeLine });
    chmodSync(path.dirname(run.cassettePath), 0o755);
    expect(await answer.text()).toContain('CASSETTE_UNWRITABLE');
  });

  test('is kept with author and note, and the review says what it explains from the next run on', async () => {
    const answer = await keep({ rule: ` ${timeLine} `, previewed: timeLine, note: ' a clock ' });
    expect(answer.status).toBe(303);
    expect(rules()).toMatchObject([{ id: 1, author: 'Ada', note: 'a clock' }]);
    const page = await ui.html(answer.headers.get('location')!);
    expect(page).toContain(
      'Rule 1 is kept. 6 differences of this check will be explained from the next run on, by rule 1.',
    );
    expect(
      page.match(/<a class="chip" href="\/rules\?cassette=feed#rule-1">rule 1 from the next run on<\/a>/g),
    ).toHaveLength(6);
    const again = await ui.html(url('body:/items/0/updatedAt'));
    expect(again).toContain('This rule is kept already, as rule 1.');
    expect(again).not.toContain('Keep this rule');
  });
});
