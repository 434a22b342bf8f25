import path from 'node:path';
import { type Comparable, compareOutcomes } from '../compare/compare-outcomes.ts';
import { isLeftStream } from '../compare/open-stream.ts';
import { ruledDifferences } from '../compare/difference-list.ts';
import { noValues } from '../compare/body-format.ts';
import { ruleRulings } from '../compare/rule-rulings.ts';
import { allRulings, type RulingsFor } from '../compare/rulings.ts';
import {
  type CompareRuleSet,
  type CompiledCompareRule,
  compileCompareRules,
  namedCompareRules,
} from '../model/compare-rule-set.ts';
import type { CompareRule } from '../model/compare-rule.ts';
import { type Exchange, type Outcome, emptyBody, responseOf } from '../model/exchange.ts';
import { formatAddress } from '../model/address.ts';
import type { Baseline, Rename } from '../model/run.ts';
import type { Session } from '../model/session.ts';
import { originForm } from '../model/target.ts';
import { type Difference, type Verdict, worstVerdict } from '../model/verdict.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import { type BaselineSource, cassetteBaselines } from './baseline-source.ts';
import type { FreshResponse } from './fresh-response.ts';
import { RenamesAt } from './renames-at.ts';
import type { Renaming } from './renaming.ts';
import type { RequestTemplates } from './request-templates.ts';
import { keptBodyBytes } from './response-collector.ts';
import { saidValues } from './said-values.ts';
import { ServerClocks } from './server-clocks.ts';
import type { Site } from './sighting.ts';
import { type InvariantJudged, SessionInvariants } from './session-invariants.ts';

export interface Judgement {
  readonly verdict: Verdict;
  readonly differences: readonly Difference[];
  readonly note?: string;
  readonly baselineVersion: number;
}

/** A judgement, and what values were renamed in the response by being seen: kept with it, for a baseline made of it. */
export interface JudgedResponse extends Judgement {
  readonly renames: readonly Rename[];
}

export interface SessionJudgeOptions {
  readonly reader: CassetteReads;
  readonly session: Session;
  /** Short name of the cassette, for addresses; that of its file when left away. */
  readonly cassette?: string;
  /** Grows while responses are judged. */
  readonly renaming: Renaming;
  /** Those of the cassette alone when left away. */
  readonly compareRules?: CompareRuleSet;
  /** In place of everything that is known: for those who ask what would be. */
  readonly rulings?: (exchange: Exchange) => readonly RulingsFor[];
  /** Found out when left away. */
  readonly templates?: RequestTemplates;
  /** The newest of the cassette when left away. */
  readonly baselines?: BaselineSource;
}

/** The rules by which responses of a cassette are judged: the project's, then the cassette's own. CASSETTE_CORRUPT. */
export function compareRulesOf(reader: CassetteReads, config: readonly CompareRule[]): CompareRuleSet {
  return compileCompareRules(namedCompareRules(config, reader.compareRules()));
}

/** When the run began, the request was sent, and its response was complete, in ms since the epoch; and what was asked. */
export interface FreshTimes {
  readonly runStartedAt: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Baseline to judge against; the newest when left away. */
  readonly baselineVersion?: number;
  /** The request target as sent; when left away, the recorded one under the renaming of the run. */
  readonly sentTarget?: string;
}

/**
 * Judges fresh responses of one session against the newest baselines, under everything that is known of it: the renaming
 * of the run, rules, invariants. To be asked in recorded order. The same judge decides in runs, in what rules would
 * hide, and in what mutations they would let pass.
 */
export class SessionJudge {
  readonly #options: SessionJudgeOptions;
  readonly #compareRules: CompareRuleSet;
  readonly #invariants: SessionInvariants;
  readonly #baselines: BaselineSource;
  readonly #cassette: string;
  readonly #clocks = new ServerClocks();

  constructor(options: SessionJudgeOptions) {
    this.#options = options;
    this.#invariants = new SessionInvariants(options.reader, options.session, options.templates);
    this.#compareRules = options.compareRules ?? compareRulesOf(options.reader, []);
    this.#baselines = options.baselines ?? cassetteBaselines(options.reader);
    this.#cassette = options.cassette ?? path.parse(options.reader.path).name;
  }

  /** Judges a response of the run; what it shows of the renaming counts for those after it. */
  judge(exchange: Exchange, fresh: FreshResponse, times: FreshTimes): JudgedResponse {
    const { judgement, renames, baseline } = this.#judge(exchange, fresh, times);
    this.#invariants.remember(exchange, fresh);
    this.#clocks.remember(
      exchange.targetName,
      { outcome: baseline.outcome, ...baselineTimes(baseline, exchange, this.#options.session) },
      { outcome: fresh.outcome, capturedAt: times.startedAt, endedAt: times.endedAt },
    );
    return { ...judgement, renames: renames.seen() };
  }

  /** Judges what might have come in place of a response; nothing is learned from it. */
  tryOut(exchange: Exchange, fresh: FreshResponse, times: FreshTimes): JudgedResponse {
    const { judgement, renames } = this.#judge(exchange, fresh, times);
    const seen = renames.seen();
    renames.takeBack();
    return { ...judgement, renames: seen };
  }

  #judge(exchange: Exchange, fresh: FreshResponse, times: FreshTimes) {
    const { session, renaming } = this.#options;
    const baseline = this.#baselines.of(exchange, times.baselineVersion);
    const baselineVersion = baseline.version;
    const site = siteOf(exchange, {
      address: this.#address(exchange.position),
      ...baselineTimes(baseline, exchange, session),
      freshMs: times.endedAt - times.startedAt,
    });
    const renames = new RenamesAt(renaming, baseline.renames, site);
    const judgement = (): Judgement => {
      const failure = freshFailure(baseline.outcome, fresh.outcome);
      if (failure !== undefined) return { verdict: 'failed', differences: [], note: failure, baselineVersion };
      for (const value of this.#said(exchange, { baseline, fresh, sentTarget: times.sentTarget })) renames.keep(value);
      const differences = this.#differences({ exchange, baseline, fresh, times, renames });
      return { verdict: worstVerdict(differences), differences, baselineVersion };
    };
    return { judgement: judgement(), renames, baseline };
  }

  #said(
    exchange: Exchange,
    { baseline, fresh, sentTarget }: { baseline: Baseline; fresh: FreshResponse; sentTarget: string | undefined },
  ): readonly string[] {
    const { reader } = this.#options;
    return saidValues({ reader, exchange, baseline: baseline.outcome, fresh: fresh.outcome, sentTarget });
  }

  #address(position: number): string {
    return formatAddress({ cassette: this.#cassette, session: this.#options.session.name, position });
  }

  #differences({ exchange, baseline, fresh, times, renames }: Judged): readonly Difference[] {
    const { session } = this.#options;
    const messages = this.#baselines.talk(exchange, baseline);
    const large = largeBodies(baseline.outcome, fresh);
    const baselineBody = large ? empty : this.#baselineBody(baseline, fresh);
    const rulings =
      this.#options.rulings?.(exchange) ??
      this.#rulingsFor({
        exchange,
        baseline,
        // What is known is of bodies, not of conversations.
        body: large || messages ? undefined : baselineBody,
        fresh,
        renames,
        sentTarget: times.sentTarget,
      });
    const differences = compareOutcomes(
      {
        ...(large ? withoutBody(baseline.outcome) : { outcome: baseline.outcome, body: baselineBody }),
        ...(messages && { messages }),
        ...baselineTimes(baseline, exchange, session),
      },
      {
        ...(large ? withoutBody(fresh.outcome) : fresh),
        capturedAt: times.startedAt,
        endedAt: times.endedAt,
        sinceMs: times.runStartedAt,
      },
      { renames, rulings, ahead: this.#clocks.of(exchange.targetName) },
    );
    if (!large) return differences;
    return [
      ...differences,
      ...ruledDifferences(
        large.differences,
        allRulings(rulings, () => noValues),
      ),
    ];
  }

  /** What has the same hash is not read. */
  #baselineBody(baseline: Baseline, { outcome, body }: FreshResponse): Buffer {
    const [before, after] = [responseOf(baseline.outcome)?.body, responseOf(outcome)?.body];
    const isSame = before?.sha256 === after?.sha256 && before?.sizeBytes === body.length;
    return isSame ? body : this.#baselines.body(baseline);
  }

  /** What is known of responses to this request, the first to be asked first: rules, then what recordings keep to. */
  #rulingsFor({ body, ...judged }: Omit<InvariantJudged, 'baselineBody'> & { body: Buffer | undefined }) {
    const { request, targetName } = judged.exchange;
    const asked = { method: request.method, path: originForm(request.target), server: targetName };
    const rules = this.#compareRules.rulesFor(asked);
    const invariants = body && this.#invariants.rulingsFor({ ...judged, baselineBody: body, ...ignoredBy(rules) });
    return [...(rules.length === 0 ? [] : [ruleRulings(rules)]), ...(invariants ? [invariants] : [])];
  }
}

/** What a person says does not matter is not asserted either; what only varies between repeats is. */
function ignoredBy(rules: readonly CompiledCompareRule[]): { readonly ignored?: RulingsFor } {
  const ignoring = rules.filter(({ name, rule }) => rule.matcher.kind === 'ignore' && !name.startsWith('calibration'));
  return ignoring.length === 0 ? {} : { ignored: ruleRulings(ignoring) };
}

interface Judged {
  readonly exchange: Exchange;
  readonly baseline: Baseline;
  readonly fresh: FreshResponse;
  readonly times: FreshTimes;
  readonly renames: RenamesAt;
}

interface SiteFacts extends Pick<Comparable, 'capturedAt' | 'endedAt'> {
  readonly address: string;
  readonly freshMs?: number;
}

/** The exchange, for notes. */
export function siteOf(
  { position, request: { method, target } }: Exchange,
  { address, capturedAt, endedAt = capturedAt, freshMs = 0 }: SiteFacts,
): Site {
  const title = `${method} ${target.length <= maxTitle ? target : `${target.slice(0, maxTitle - 1)}…`}`;
  return { position, title, address, target, startedAt: capturedAt, endedAt, freshMs };
}

/** Paths in notes are cut to this length. */
const maxTitle = 60;

const empty = Buffer.alloc(0);

/** Words for a failure where there was a response, or another failure. An equal failure is compared like a response. */
function freshFailure(baseline: Outcome, fresh: Outcome): string | undefined {
  if (fresh.kind !== 'failure') return undefined;
  if (baseline.kind === 'failure' && baseline.code === fresh.code) return undefined;
  if (isLeftStream(baseline) && isLeftStream(fresh)) return undefined;
  return `${fresh.code}: ${fresh.message}`;
}

/**
 * When the baseline was captured. Its session began as long before as in the recording: a run that a later baseline was
 * accepted from does not wait between requests, but takes no longer to get there.
 */
function baselineTimes(
  { capturedAt }: Baseline,
  exchange: Exchange,
  session: Session,
): Omit<Comparable, 'outcome' | 'body'> {
  const endedAt = capturedAt + (exchange.durationMs ?? 0);
  return { capturedAt, endedAt, sinceMs: capturedAt - (exchange.startedAt - session.startedAt) };
}

/** For comparing everything else. */
function withoutBody(outcome: Outcome): Pick<Comparable, 'outcome' | 'body'> {
  return { outcome: outcome.kind === 'response' ? { ...outcome, body: emptyBody } : outcome, body: empty };
}

/** Bodies too large to hold are compared by their hashes alone; undefined when both can be compared in full. */
function largeBodies(baseline: Outcome, fresh: FreshResponse): { differences: Difference[] } | undefined {
  const before = responseOf(baseline)?.body;
  if (!fresh.tooLarge && (before === undefined || before.sizeBytes <= keptBodyBytes)) return undefined;
  const after = fresh.tooLarge ?? responseOf(fresh.outcome)?.body;
  if (before?.sha256 === after?.sha256) return { differences: [] };
  const describe = (body: { sizeBytes: number; sha256: string } | undefined): string =>
    body ? `${body.sizeBytes} bytes, sha256 ${body.sha256}` : 'no body';
  const difference: Difference = {
    part: 'body',
    path: '',
    pattern: '',
    kind: 'changed',
    severity: 'changed',
    before: describe(before),
    after: describe(after),
  };
  return { differences: [difference] };
}
