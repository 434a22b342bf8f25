import { AppError } from '../base/errors.ts';
import type { MatchRule } from '../model/match-rule.ts';
import { formatRuleLine, parseRuleLine } from '../model/rule-line.ts';
import { RuleProblem } from '../model/rule-problem.ts';
import { CassetteReader } from '../store/cassette-reader.ts';
import type { KnownCassette } from './cassette-library.ts';
import type { UiContext } from './ui-context.ts';
import type { ConfigRules } from './ui-options.ts';

export const noConfigRules: ConfigRules = { file: undefined, match: [], compare: [] };

/** Rules of the project. CONFIG_INVALID. */
export async function configRules(ui: UiContext): Promise<ConfigRules> {
  return (await ui.options.actions.rules?.config()) ?? noConfigRules;
}

export interface KeepRuleOptions {
  readonly cassette: KnownCassette;
  /** As a person wrote it. */
  readonly rule: string;
  readonly note: string;
  /** The line whose preview the person has seen. */
  readonly previewed: string | undefined;
}

export type KeptRule =
  | { readonly kind: 'kept'; readonly number: number }
  /** Its preview is to be shown first: it is not the rule that was seen, or none. */
  | { readonly kind: 'unseen' }
  | { readonly kind: 'refused'; readonly problem: AppError };

/** Keeps a rule whose preview was seen. A cassette that cannot be written, and CI, are reasons to tell. */
export async function keepRule(ui: UiContext, options: KeepRuleOptions): Promise<KeptRule> {
  const { cassette, rule: given, note, previewed } = options;
  try {
    const rule = parseRuleLine(given);
    if (formatRuleLine(rule) !== previewed) return { kind: 'unseen' };
    const { rules } = ui.options.actions;
    if (!rules) throw noRuleActions();
    const { author } = ui.options;
    const why = note.trim() === '' ? undefined : note.trim();
    const number = await rules.keep({ cassettePath: cassette.path, rule, author, note: why });
    ui.hub.publish({ kind: 'cassette', name: cassette.name });
    return { kind: 'kept', number };
  } catch (thrown) {
    if (thrown instanceof RuleProblem) return { kind: 'unseen' };
    if (thrown instanceof AppError) return { kind: 'refused', problem: thrown };
    throw thrown;
  }
}

/** Undefined where nobody can count. */
export async function countTouched(
  ui: UiContext,
  cassette: KnownCassette,
  rules: readonly MatchRule[],
): Promise<readonly number[] | undefined> {
  const { rules: actions } = ui.options.actions;
  if (!actions || rules.length === 0) return undefined;
  const reader = CassetteReader.open(cassette.path);
  try {
    return await actions.countTouched(reader, rules);
  } finally {
    reader.close();
  }
}

export function noRuleActions(): AppError {
  return new AppError('USAGE', {
    problem: 'rules cannot be changed here',
    hint: 'change them on the command line: retake rules',
  });
}
