import type { Context, Hono } from 'hono';
import { AppError, toAppError } from '../../base/errors.ts';
import { namedCompareRules } from '../../model/compare-rule-set.ts';
import type { RunStore } from '../../store/run-store.ts';
import { blindSpots, previewLimits } from '../../suite/blind-spots.ts';
import type { CassetteReader } from '../../store/cassette-reader.ts';
import { type KnownCassette, readCassette } from '../cassette-library.ts';
import { cassetteRulesUrl, removeRuleUrl, rulesUrl } from '../links.ts';
import { renderPage } from '../page.tsx';
import { textField, wholeNumber } from '../request-values.ts';
import { draftRule, type RuleDraft } from '../rule-draft.ts';
import { type ListedRule, RulesOfWhich, RulesPage } from '../rules-page.tsx';
import { configRules, countTouched, keepRule, noConfigRules, noRuleActions } from '../rule-store.ts';
import { readRuns, type UiContext } from '../ui-context.ts';
import type { ConfigRules } from '../ui-options.ts';

/** Rules of cassettes: look, try, keep, remove. */
export function rulesRoutes(app: Hono, ui: UiContext): void {
  app.get(rulesUrl, (c) => {
    const name = c.req.query('cassette');
    if (name === undefined) {
      const cassettes = ui.library.list().map((each) => each.name);
      return renderPage(c, ui, { title: 'Rules', section: 'home' }, <RulesOfWhich cassettes={cassettes} />);
    }
    const given = { rule: c.req.query('rule') ?? '', note: c.req.query('note') ?? '' };
    return rulesPage(c, ui, { cassette: ui.library.named(name), ...given, done: c.req.query('done') });
  });

  app.post(rulesUrl, async (c) => {
    const form = await c.req.parseBody();
    const cassette = ui.library.named(textField(form, 'cassette') ?? '');
    const given = { rule: textField(form, 'rule') ?? '', note: textField(form, 'note') ?? '' };
    const kept = await keepRule(ui, { cassette, ...given, previewed: textField(form, 'previewed') });
    if (kept.kind !== 'kept') {
      return rulesPage(c, ui, { cassette, ...given, ...(kept.kind === 'refused' ? { problem: kept.problem } : {}) });
    }
    return c.redirect(`${cassetteRulesUrl(cassette.name)}&done=rule+${kept.number}+is+kept`, 303);
  });

  app.post(removeRuleUrl, async (c) => {
    const form = await c.req.parseBody();
    const cassette = ui.library.named(textField(form, 'cassette') ?? '');
    const number = wholeNumber(textField(form, 'number'));
    try {
      if (!ui.options.actions.rules) throw noRuleActions();
      // One that is gone already is as wanted.
      if (number !== undefined) await ui.options.actions.rules.remove(cassette.path, number);
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      return rulesPage(c, ui, { cassette, rule: '', note: '', problem: thrown });
    }
    ui.hub.publish({ kind: 'cassette', name: cassette.name });
    return c.redirect(`${cassetteRulesUrl(cassette.name)}&done=rule+${number}+is+gone`, 303);
  });
}

interface Asked {
  readonly cassette: KnownCassette;
  readonly rule: string;
  readonly note: string;
  readonly problem?: AppError;
  readonly done?: string | undefined;
}

async function rulesPage(c: Context, ui: UiContext, asked: Asked): Promise<Response> {
  const { cassette, rule: given, note, problem, done } = asked;
  const config = await readConfig(ui);
  const withRuns = <T,>(work: (runStore: RunStore | undefined) => T): T =>
    readRuns(ui, (store) => ({ value: work(store) }))?.value ?? work(undefined);
  const read = withRuns((runStore) =>
    readCassette(cassette, (reader) => ({
      draft: draftRule({ reader, runStore, config: config.rules, given }),
      ...comparingRules(reader, { runStore, config: config.rules }),
    })),
  );
  const matching = await matchingRules(ui, { cassette, config: config.rules, draft: read.draft });
  return renderPage(
    c,
    ui,
    { title: `Rules of ${cassette.name}`, section: 'home', status: problem ? 409 : 200 },
    <RulesPage
      cassette={cassette.name}
      cassettePath={ui.library.shownPath(cassette)}
      rules={[...read.listed, ...matching.listed]}
      spots={read.spots}
      form={{
        action: rulesUrl,
        place: { cassette: cassette.name },
        draft: read.draft,
        given: read.draft.kind === 'rule' ? read.draft.line : given,
        note,
        problem,
        canKeep: ui.options.actions.rules !== undefined,
        placeholder: 'GET /orders: expect json $.items[*].at as timestamp',
        ...(matching.ofDraft === undefined ? {} : { recordings: matching.ofDraft }),
      }}
      configProblem={config.problem}
      done={done}
      now={Date.now()}
    />,
  );
}

/** A configuration that cannot be read leaves the cassette's own rules, and says why. */
async function readConfig(ui: UiContext): Promise<{ readonly rules: ConfigRules; readonly problem?: AppError }> {
  try {
    return { rules: await configRules(ui) };
  } catch (thrown) {
    return { rules: noConfigRules, problem: toAppError(thrown) };
  }
}

function comparingRules(
  reader: CassetteReader,
  { runStore, config }: { readonly runStore: RunStore | undefined; readonly config: ConfigRules },
) {
  const own = reader.compareRules();
  const rules = namedCompareRules(config.compare, own);
  const spots = rules.length === 0 ? undefined : blindSpots({ reader, runStore, rules, limits: previewLimits });
  const listed = (spots?.rules ?? []).map((spot, i): ListedRule => {
    const stored = own[i - config.compare.length];
    return { name: spot.name, any: { kind: 'compare', rule: spot.rule }, stored, touched: spot.touched, spot };
  });
  return { spots, listed };
}

/** With the recordings that each of them touches, and that of the draft if it is one. */
async function matchingRules(
  ui: UiContext,
  { cassette, config, draft }: { cassette: KnownCassette; config: ConfigRules; draft: RuleDraft },
) {
  const own = readCassette(cassette, (reader) => reader.matchRules());
  const drafted = draft.kind === 'rule' && draft.rule.kind === 'match' ? [draft.rule.rule] : [];
  const all = [...config.match, ...own.map(({ rule }) => rule), ...drafted];
  const counts = await countTouched(ui, cassette, all);
  const listed = all.slice(0, config.match.length + own.length).map((rule, i): ListedRule => {
    const stored = own[i - config.match.length];
    const name = stored ? `rule ${stored.id}` : `config match rule ${i + 1}`;
    return { name, any: { kind: 'match', rule }, stored, touched: counts?.[i] };
  });
  return { listed, ofDraft: drafted.length === 0 ? undefined : counts?.at(-1) };
}
