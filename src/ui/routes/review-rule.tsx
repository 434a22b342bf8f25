import type { Context, Hono } from 'hono';
import { AppError } from '../../base/errors.ts';
import { formatCompareRuleLine } from '../../model/compare-rule-grammar.ts';
import { differenceKey } from '../../review/fold.ts';
import { pastCheck } from '../../suite/judge-again.ts';
import { type RuleSuggestion, suggestRules, tryRule } from '../../suite/suggest-rules.ts';
import { readCassette } from '../cassette-library.ts';
import { reviewQuery, reviewRuleUrl, reviewUrl } from '../links.ts';
import { renderPage } from '../page.tsx';
import { textField, wholeNumber } from '../request-values.ts';
import { draftRule } from '../rule-draft.ts';
import { RulePage } from '../rule-page.tsx';
import { configRules, keepRule } from '../rule-store.ts';
import { cassetteOfRun, readRun, type UiContext } from '../ui-context.ts';

/** From a difference in a review to a rule. */
export function reviewRuleRoutes(app: Hono, ui: UiContext): void {
  app.get('/runs/:id{[0-9]+}/review/rule', (c) =>
    rulePage(c, ui, {
      check: wholeNumber(c.req.query('check')),
      difference: c.req.query('difference'),
      cluster: c.req.query('cluster'),
      rule: c.req.query('rule'),
      note: c.req.query('note') ?? '',
      take: c.req.query('take'),
    }),
  );

  app.post('/runs/:id{[0-9]+}/review/rule', async (c) => {
    const form = await c.req.parseBody();
    const asked: Asked = {
      check: wholeNumber(textField(form, 'check')),
      difference: textField(form, 'difference'),
      cluster: textField(form, 'cluster'),
      rule: textField(form, 'rule'),
      note: textField(form, 'note') ?? '',
    };
    const runId = wholeNumber(c.req.param('id'));
    const cassette = readRun(ui, runId, (_store, run) => cassetteOfRun(ui, run));
    const { rule = '', note, check, difference, cluster } = asked;
    const kept = await keepRule(ui, { cassette, rule, note, previewed: textField(form, 'previewed') });
    if (kept.kind !== 'kept') {
      return rulePage(c, ui, { ...asked, ...(kept.kind === 'refused' ? { problem: kept.problem } : {}) });
    }
    return c.redirect(`${reviewUrl(runId!, { cluster, check, difference })}&kept=${kept.number}`, 303);
  });
}

interface Asked {
  /** Row id of a check. */
  readonly check: number | undefined;
  /** As `part:path`. */
  readonly difference: string | undefined;
  readonly cluster: string | undefined;
  /** Undefined: the first that would explain the difference. */
  readonly rule: string | undefined;
  readonly note: string;
  /** `volatile`: the first that expects a class of values. */
  readonly take?: string | undefined;
  readonly problem?: AppError;
}

async function rulePage(c: Context, ui: UiContext, asked: Asked): Promise<Response> {
  const config = await configRules(ui);
  const runId = wholeNumber(c.req.param('id'));
  return readRun(ui, runId, (runStore, run) => {
    const check = runStore.checks(run.id).find(({ id }) => id === asked.check);
    const difference = check?.differences.find((one) => differenceKey(one) === asked.difference);
    if (!check || !difference) throw noDifference();
    const place = { check: check.id, difference: asked.difference, cluster: asked.cluster };
    return readCassette(cassetteOfRun(ui, run), (reader) => {
      const past = pastCheck(reader, { run, check, session: reader.session(run.session) });
      if (!past) throw noDifference();
      const answer = { ...past, reader, runStore };
      const suggestions = suggestRules(answer, difference);
      const given = asked.rule ?? firstOf(suggestions.rules, asked.take) ?? '';
      const draft = draftRule({ reader, runStore, config, given });
      const rule = draft.kind === 'rule' && draft.rule.kind === 'compare' ? draft.rule.rule : undefined;
      return renderPage(
        c,
        ui,
        { title: `A rule for run ${run.id}`, section: 'review', status: asked.problem ? 409 : 200 },
        <RulePage
          check={check}
          difference={difference}
          suggestions={suggestions}
          answer={draft.kind !== 'rule' ? undefined : rule ? tryRule(answer, difference, rule) : { kind: 'silent' }}
          form={{
            action: reviewRuleUrl(run.id),
            place: Object.fromEntries(reviewQuery(place)),
            draft,
            given: draft.kind === 'rule' ? draft.line : given,
            note: asked.note,
            problem: asked.problem,
            runId: run.id,
            ...(asked.take === 'volatile' ? { focus: 'keep' as const } : {}),
            back: reviewUrl(run.id, place),
            canKeep: ui.options.actions.rules !== undefined,
            placeholder: `${check.method}: expect json $.at as timestamp`,
          }}
        />,
      );
    });
  });
}

function firstOf(rules: readonly RuleSuggestion[], take: string | undefined): string | undefined {
  const volatile = take === 'volatile' ? rules.find(({ rule }) => rule.matcher.kind === 'volatile') : undefined;
  const chosen = (volatile ?? rules[0])?.rule;
  return chosen && formatCompareRuleLine(chosen);
}

function noDifference(): AppError {
  return new AppError('USAGE', {
    problem: 'there is no such difference in this run, or its recording is another by now',
    hint: 'load the review again',
  });
}
