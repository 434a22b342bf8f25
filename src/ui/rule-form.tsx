import { visible } from '../base/log.ts';
import { ErrorPanel } from '../views/error-panel.tsx';
import { formatCount } from '../views/quantities.ts';
import { BlindSpotView } from './blind-spot-view.tsx';
import { hidesBroken, type RuleDraft } from './rule-draft.ts';
import { widerRules } from './wider-rules.ts';

export interface RuleFormProps {
  /** Both of the page that shows the draft (GET) and of what keeps it (POST). */
  readonly action: string;
  /** What the address of the page holds besides. */
  readonly place: Readonly<Record<string, string>>;
  readonly draft: RuleDraft;
  /** What the text field holds. */
  readonly given: string;
  readonly note: string;
  /** Why it could not be kept. */
  readonly problem: { readonly message: string; readonly hint: string; readonly code: string } | undefined;
  /** Recordings that a rule for matching touches. */
  readonly recordings?: number;
  /** The run in view. */
  readonly runId?: number;
  /** Where to go without keeping anything. */
  readonly back?: string;
  readonly canKeep: boolean;
  /** `keep`: on the button that keeps the rule, unless that hides something broken. */
  readonly focus?: 'keep';
  readonly placeholder: string;
}

/** A rule on one line, what it would hide, and, when that was seen, the button that keeps it. */
export function RuleForm(props: RuleFormProps) {
  const { action, place, draft, given, note, problem, canKeep } = props;
  return (
    <form method="post" action={action} class="stack rule-form" id="rule-form">
      {Object.entries(place).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      {problem === undefined ? null : <ErrorPanel message={problem.message} hint={problem.hint} code={problem.code} />}
      <div class="rule-line-field">
        <label class="field">
          <span>Rule</span>
          <input
            name="rule"
            value={given}
            required
            maxlength={4000}
            spellcheck={false}
            autocomplete="off"
            placeholder={props.placeholder}
            aria-invalid={draft.kind === 'problem' ? 'true' : undefined}
          />
        </label>
        {/* Before the other one: Enter in the field looks at the rule, and keeps nothing. */}
        <button class="button" formmethod="get">
          Preview
        </button>
      </div>
      {draft.kind === 'problem' ? <ErrorPanel message={draft.message} hint={draft.hint} /> : null}
      {draft.kind === 'rule' ? (
        <>
          <Wider {...props} draft={draft} />
          <section class="rule-preview" aria-labelledby="preview-title">
            <h2 id="preview-title">What it hides</h2>
            <Preview {...props} draft={draft} />
          </section>
          {canKeep && draft.known === undefined ? (
            <label class="field">
              <span>Why (optional)</span>
              <input name="note" value={note} maxlength={2000} autocomplete="off" />
            </label>
          ) : null}
          <Buttons {...props} draft={draft} />
        </>
      ) : null}
    </form>
  );
}

type RuleOf = RuleFormProps & { readonly draft: Extract<RuleDraft, { kind: 'rule' }> };

/** Links that put `*` in the place of one part. */
function Wider({ action, place, draft }: RuleOf) {
  if (draft.rule.kind !== 'compare') return null;
  const ways = widerRules(draft.rule.rule);
  if (ways.length === 0) return null;
  return (
    <p class="rule-wider">
      <span class="quiet">Wider:</span>
      {ways.map(({ from, to, line }) => (
        <a
          class="chip"
          href={`${action}?${new URLSearchParams({ ...place, rule: line })}`}
          aria-label={`${visible(from)} becomes ${to}`}
        >
          {visible(from)} → {to}
        </a>
      ))}
    </p>
  );
}

function Preview({ draft, recordings, runId }: RuleOf) {
  if (draft.preview) return <BlindSpotView {...draft.preview} {...(runId === undefined ? {} : { runId })} />;
  return (
    <p>
      Nothing of an answer: it says which recording answers a request.{' '}
      {recordings === 0
        ? 'No recording has what it speaks of: check scope and name, unless only new requests have it.'
        : recordings === undefined
          ? null
          : `It touches ${formatCount(recordings, 'recording')}.`}
    </p>
  );
}

function Buttons({ draft, back, canKeep, focus }: RuleOf) {
  const broken = hidesBroken(draft);
  const cancel =
    back === undefined ? null : (
      <a class={broken > 0 ? 'button primary' : 'button'} href={back}>
        Keep no rule
      </a>
    );
  if (draft.known !== undefined) {
    return (
      <div class="form-end">
        <p class="quiet rule-known">This rule is kept already, as {draft.known}.</p>
        {cancel}
      </div>
    );
  }
  return (
    <div class="form-end">
      <input type="hidden" name="previewed" value={draft.line} />
      {cancel}
      {canKeep ? (
        <button class={broken > 0 ? 'button reject' : 'button primary'} autofocus={broken === 0 && focus === 'keep'}>
          {broken > 0 ? `Keep it, although it hides ${formatCount(broken, 'broken difference')}` : 'Keep this rule'}
        </button>
      ) : null}
    </div>
  );
}
