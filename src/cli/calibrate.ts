import { AppError } from '../base/errors.ts';
import type { Context } from './context.ts';
import type { CalibrationChanges, LearnedRule } from '../suite/merge-calibration.ts';
import type { Calibration } from '../suite/calibrate.ts';
import type { NoisyPlace } from '../suite/noise.ts';
import { authorOf } from './author.ts';

/** What a calibration has found in one cassette, and done about it. */
export interface Calibrated {
  readonly cassette: string;
  readonly session: string;
  readonly target: string;
  readonly calibration: Calibration;
  readonly changes: CalibrationChanges;
}

/** Writes what was learned into the cassette. CASSETTE_LOCKED while somebody records into it. */
export async function saveCalibration(
  context: Context,
  cassettePath: string,
  changes: CalibrationChanges,
): Promise<CalibrationChanges> {
  const { CassetteWriter } = await import('../store/cassette-writer.ts');
  const writer = CassetteWriter.open(cassettePath, { create: 'never' });
  try {
    const author = authorOf(context.env);
    const learned = changes.learned.map((rule): LearnedRule => {
      return { ...rule, id: writer.addCompareRule({ ...rule, author, at: Date.now() }) };
    });
    for (const { id, evidence } of [...changes.again, ...changes.unseen]) writer.setEvidence(id, evidence);
    for (const { id } of changes.forgotten) writer.removeCompareRule(id);
    return { ...changes, learned };
  } finally {
    writer.close();
  }
}

/** Throws USAGE where a calibration cannot be: it judges nothing, and CI changes no cassette. */
export function refuseCalibration(context: Context, repeats: number, others: readonly string[]): void {
  if (repeats < 2) {
    throw new AppError('USAGE', {
      problem: '--calibrate 1 has nothing to compare: answers of one build are compared with each other',
      hint: 'send everything at least twice: --calibrate 3',
    });
  }
  const [other] = others;
  if (other !== undefined) {
    throw new AppError('USAGE', {
      problem: `${other} has no effect with --calibrate: a calibration judges nothing`,
      hint: 'calibrate first, then run the test without --calibrate',
    });
  }
  if (context.ci) {
    throw new AppError('USAGE', {
      problem: 'nothing is calibrated in CI: what counts is decided by a person',
      hint: 'calibrate on your machine and commit the cassette, or add --no-ci if this is one',
    });
  }
}

/** Words for a person. */
export async function formatCalibration({
  cassette,
  session,
  target,
  calibration,
  changes,
}: Calibrated): Promise<string> {
  const { forgottenAfter } = await import('../suite/merge-calibration.ts');
  const { oneLine } = await import('./exchange-text.ts');
  const { answers, exchanges, noise, repeats, unanswered } = calibration;
  const lines = [
    `${cassette}:${session} sent ${repeats} times to ${target}: ${count(exchanges, 'exchange')}, ${count(answers.length, 'pair')} of answers`,
  ];
  const ruleLine = await ruleLines();
  const put = (word: string, text: string): void => void lines.push(`  ${word.padEnd(9)} ${oneLine(text)}`);
  for (const rule of changes.learned) put('learned', ruleLine(rule));
  for (const rule of changes.again) put('again', ruleLine(rule));
  for (const rule of changes.unseen) {
    put(
      'not seen',
      `${ruleLine(rule)}; forgotten after ${forgottenAfter} calibrations, this was ${rule.evidence.unseen}`,
    );
  }
  for (const rule of changes.forgotten) put('forgotten', ruleLine(rule));
  for (const place of noise) if (!place.rule) put('flaky', `${placeWords(place)}; no rule hides that`);
  if (noise.length === 0) lines.push('  nothing differs between answers of this build that is not explained');
  if (unanswered > 0) lines.push(`  ${count(unanswered, 'request')} had no two answers to compare`);
  return `${lines.join('\n')}\n`;
}

/** The document of `retake test --calibrate --json`. */
export async function calibrationDocument(all: readonly Calibrated[]): Promise<string> {
  const { formatCompareRuleLine } = await import('../model/compare-rule-grammar.ts');
  const { atLeastPercent } = await import('../suite/merge-calibration.ts');
  const ruleDocument = (rule: LearnedRule) => ({
    number: rule.id ?? null,
    line: formatCompareRuleLine(rule.rule),
    ...rule.evidence,
    atLeastPercent: atLeastPercent(rule.evidence),
  });
  const document = {
    schema: 'retake.calibrate/1',
    calibrations: all.map(({ cassette, session, target, calibration, changes }) => ({
      cassette,
      session,
      target,
      repeats: calibration.repeats,
      exchanges: calibration.exchanges,
      pairs: calibration.answers.length,
      unanswered: calibration.unanswered,
      learned: changes.learned.map(ruleDocument),
      again: changes.again.map(ruleDocument),
      unseen: changes.unseen.map(ruleDocument),
      forgotten: changes.forgotten.map(ruleDocument),
      flaky: calibration.noise
        .filter(({ rule }) => !rule)
        .map(({ method, template, part, pattern, kind, differed, compared, example }) => ({
          method,
          template,
          part,
          pattern,
          kind,
          differed,
          compared,
          before: example.before ?? null,
          after: example.after ?? null,
        })),
    })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

async function ruleLines(): Promise<(rule: LearnedRule) => string> {
  const { formatCompareRuleLine } = await import('../model/compare-rule-grammar.ts');
  const { atLeastPercent } = await import('../suite/merge-calibration.ts');
  return ({ id, rule, evidence }) => {
    const { differed, compared } = evidence;
    const often = `differed in ${differed} of ${count(compared, 'pair')} (surely in ${atLeastPercent(evidence)} % of all)`;
    return `calibration ${id ?? '–'}  ${formatCompareRuleLine(rule)}  ${often}`;
  };
}

function placeWords({ method, template, part, pattern, kind, differed, compared, example }: NoisyPlace): string {
  const place = pattern === '' ? part : `${part} ${pattern}`;
  const { before = 'absent', after = 'absent' } = example;
  return `${method} ${template} ${place} ${kind}, such as ${before} → ${after}, in ${differed} of ${count(compared, 'pair')}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
