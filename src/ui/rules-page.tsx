import { visible } from '../base/log.ts';
import { type BlindSpots, formatShare, hiddenShare, type RuleBlindSpot } from '../model/blind-spot.ts';
import { formatExpectation } from '../model/compare-rule-grammar.ts';
import type { CalibrationEvidence } from '../model/compare-rule.ts';
import { formatRuleAction } from '../model/match-rule-grammar.ts';
import type { AnyRule } from '../model/rule-line.ts';
import { formatServerScope } from '../model/server-scope.ts';
import { atLeastPercent } from '../suite/merge-calibration.ts';
import { CopyCommand } from '../views/copy-command.tsx';
import { EmptyState } from '../views/empty-state.tsx';
import { ErrorPanel } from '../views/error-panel.tsx';
import { formatAge, formatCount, formatDateTime } from '../views/quantities.ts';
import { lookedWords, ShareBar } from './blind-spot-view.tsx';
import { cassetteRulesUrl, cassetteUrl, removeRuleUrl } from './links.ts';
import { RuleForm, type RuleFormProps } from './rule-form.tsx';

/** A rule as the page lists it. */
export interface ListedRule {
  /** `rule 7`, `calibration 3`, `config rule 2`. */
  readonly name: string;
  readonly any: AnyRule;
  /** Undefined: it stands in the configuration. */
  readonly stored:
    | {
        readonly id: number;
        readonly author: string;
        readonly note?: string;
        readonly at: number;
        readonly evidence?: CalibrationEvidence;
      }
    | undefined;
  /** Recordings, or answers of those looked at, that have what it speaks of; undefined where nobody counted. */
  readonly touched: number | undefined;
  /** Of a rule for comparing. */
  readonly spot?: RuleBlindSpot;
}

export interface RulesPageProps {
  readonly cassette: string;
  /** As a person names it on the command line. */
  readonly cassettePath: string;
  readonly rules: readonly ListedRule[];
  /** Of the rules for comparing. */
  readonly spots: BlindSpots | undefined;
  readonly form: RuleFormProps;
  /** Why the configuration cannot be read. */
  readonly configProblem: { readonly message: string; readonly hint: string; readonly code: string } | undefined;
  /** What was just done. */
  readonly done: string | undefined;
  readonly now: number;
}

/** What counts in a cassette: rules of the project and its own, with their history and what each of them hides. */
export function RulesPage(props: RulesPageProps) {
  const { cassette, cassettePath, rules, spots, form, configProblem, done } = props;
  const comparing = rules.filter(({ any }) => any.kind === 'compare');
  const matching = rules.filter(({ any }) => any.kind === 'match');
  return (
    <div class="rules">
      <nav class="crumbs" aria-label="Where this is">
        <a href="/">Cassettes</a>
        <a href={cassetteUrl(cassette)}>{cassette}</a>
        <span>Rules</span>
      </nav>
      <div class="page-head">
        <h1>Rules of {cassette}</h1>
      </div>
      {done === undefined ? null : (
        <p class="notice info" role="status">
          {visible(done)}
        </p>
      )}
      {configProblem === undefined ? null : (
        <ErrorPanel message={configProblem.message} hint={configProblem.hint} code={configProblem.code} />
      )}
      <RuleForm {...form} />
      <section class="panel" aria-labelledby="comparing-title">
        <header class="panel-head">
          <h2 id="comparing-title">What is right about an answer</h2>
          {spots === undefined ? null : (
            <span class="quiet">
              together they hide {formatShare(hiddenShare(spots.together))} of{' '}
              {formatCount(spots.together.fields, 'field')}
            </span>
          )}
        </header>
        {comparing.length === 0 ? (
          <EmptyState title="Everything in an answer counts">
            <p>No rule lets anything differ that ids and times of the run do not explain.</p>
          </EmptyState>
        ) : (
          <RuleRows {...props} rules={comparing} />
        )}
        {spots === undefined ||
        (spots.answers.looked === spots.answers.of && spots.checks.looked === spots.checks.of) ? null : (
          <p class="panel-text quiet">{lookedWords(spots)}</p>
        )}
      </section>
      <section class="panel" aria-labelledby="matching-title">
        <header class="panel-head">
          <h2 id="matching-title">Which recording answers a request</h2>
        </header>
        {matching.length === 0 ? (
          <EmptyState title="Requests match by method, server, path, query and body">
            <p>No rule says otherwise.</p>
          </EmptyState>
        ) : (
          <RuleRows {...props} rules={matching} />
        )}
      </section>
      <h2 class="section-title">On the command line</h2>
      <CopyCommand command={`retake rules ${cassettePath} --blind-spots`} />
    </div>
  );
}

function RuleRows({ rules, cassette, form, now }: RulesPageProps) {
  return (
    <ul class="rule-rows">
      {rules.map((rule) => (
        <RuleRow rule={rule} cassette={cassette} now={now} canRemove={form.canKeep ? 'yes' : 'no'} />
      ))}
    </ul>
  );
}

interface RuleRowProps {
  readonly rule: ListedRule;
  readonly cassette: string;
  readonly now: number;
  readonly canRemove: 'yes' | 'no';
}

function RuleRow({ rule, cassette, now, canRemove }: RuleRowProps) {
  const { name, any, stored, touched, spot } = rule;
  const expectation = any.kind === 'match' ? formatRuleAction(any.rule) : `expect ${formatExpectation(any.rule)}`;
  return (
    <li class="rule-row" id={name.replaceAll(' ', '-')}>
      <div class="rule-what">
        <p>
          <span class="rule-name">{name}</span> {touched === 0 ? <span class="chip warn">unused</span> : null}
          {stored?.evidence === undefined ? null : <span class="chip">learned</span>}
        </p>
        <p class="rule-text">
          <code class="quiet">{visible(formatServerScope(any.rule.scope))}</code> <code>{visible(expectation)}</code>
        </p>
        <p class="quiet">
          {stored === undefined ? (
            'of the configuration, for every cassette'
          ) : (
            <>
              {visible(stored.author)},{' '}
              <time datetime={new Date(stored.at).toISOString()} title={formatDateTime(stored.at)}>
                {formatAge(stored.at, now)}
              </time>
              {stored.note === undefined ? '' : `: “${visible(stored.note)}”`}
            </>
          )}
          {stored?.evidence === undefined ? null : ` · ${evidenceWords(stored.evidence)}`}
        </p>
      </div>
      <div class="rule-hides">
        {spot === undefined ? <p class="quiet">{matchWords(touched)}</p> : <Hides spot={spot} />}
      </div>
      {stored === undefined || canRemove === 'no' ? null : (
        <details class="rule-remove">
          <summary class="button">Remove…</summary>
          <form method="post" action={removeRuleUrl}>
            <input type="hidden" name="cassette" value={cassette} />
            <input type="hidden" name="number" value={String(stored.id)} />
            <p>{removeWords(rule)}</p>
            <button class="button reject">Remove {name}</button>
          </form>
        </details>
      )}
    </li>
  );
}

function Hides({ spot }: { readonly spot: RuleBlindSpot }) {
  const { answers, touched, inScope, past } = spot;
  return (
    <>
      <p>
        <ShareBar counts={inScope} />{' '}
        <span>
          {touched === 0
            ? `none of ${formatCount(answers, 'answer')} has it`
            : `${formatShare(hiddenShare(inScope))} of ${formatCount(answers, 'answer')}`}
        </span>
      </p>
      <p class="quiet">
        <span>
          {past.differences === 0
            ? 'no past difference'
            : `${formatCount(past.differences, 'past difference')} in ${formatCount(past.runs, 'run')}`}
        </span>
        {past.bySeverity.broken === 0 ? null : <strong class="tone-bad">{past.bySeverity.broken} broken</strong>}
      </p>
    </>
  );
}

function matchWords(touched: number | undefined): string {
  if (touched === undefined) return '';
  return touched === 0 ? 'no recording has it' : formatCount(touched, 'recording');
}

function evidenceWords(evidence: CalibrationEvidence): string {
  const { differed, compared, unseen } = evidence;
  const often = `differed in ${differed} of ${formatCount(compared, 'pair')}, surely in ${atLeastPercent(evidence)} % of all`;
  return unseen === 0 ? often : `${often}; not seen in the last ${formatCount(unseen, 'calibration')}`;
}

function removeWords({ any, stored }: ListedRule): string {
  if (any.kind === 'match') return 'From the next request on, recordings are chosen without it.';
  if (stored?.evidence !== undefined)
    return 'What it explains will be findings again, until a calibration learns it anew.';
  return 'What it explains will be findings again, from the next run on.';
}

/** Where no cassette is named. */
export function RulesOfWhich({ cassettes }: { readonly cassettes: readonly string[] }) {
  return (
    <div class="rules">
      <div class="page-head">
        <h1>Rules</h1>
      </div>
      {cassettes.length === 0 ? (
        <EmptyState title="No cassette yet">
          <p>Rules stand in cassettes, and in the configuration for all of them.</p>
        </EmptyState>
      ) : (
        <ul class="panel rule-suggestions" aria-label="Cassettes">
          {cassettes.map((name) => (
            <li>
              <a href={cassetteRulesUrl(name)}>
                <strong>{name}</strong>
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
