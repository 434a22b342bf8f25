import type { AppError } from '../base/errors.ts';
import { toAppError } from '../base/errors.ts';
import { alignedMessages, alignedRows } from '../compare/aligned-rows.ts';
import { isDrawable } from '../compare/compare-pictures.ts';
import { contentOf, type Content } from '../compare/content.ts';
import type { DiffRow } from '../compare/diff-row.ts';
import { isLeftStream } from '../compare/open-stream.ts';
import { namedCompareRules } from '../model/compare-rule-set.ts';
import type { Baseline, Check, FreshOutcome, Run } from '../model/run.ts';
import { type Outcome, type ResponseFacts, responseOf } from '../model/exchange.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';
import type { RunStore } from '../store/run-store.ts';
import { type PastCheck, pastCheck } from '../suite/judge-again.ts';
import { explainedBy } from '../suite/suggest-rules.ts';
import { baselineTalk, talkOf } from '../suite/recorded-talk.ts';
import { imageType } from '../views/image-type.ts';
import { formatSize } from '../views/quantities.ts';
import { type KnownCassette, readCassette } from './cassette-library.ts';

/** Larger bodies are judged by `retake test`, but laying them out line by line would keep the page waiting. */
const maxBodyBytes = 8 * 1024 * 1024;

/** Baseline and fresh response of one check, ready to be shown. */
export interface CheckView {
  readonly baseline: Baseline | undefined;
  readonly fresh: FreshOutcome | undefined;
  /** Body, line by line; undefined when there is nothing to put side by side. */
  readonly rows: readonly DiffRow[] | undefined;
  /** What the rows show: the body, or what the server said in a conversation. */
  readonly shows?: 'body' | 'messages';
  /** Which bodies are pictures that can be shown. */
  readonly pictures?: CheckPictures;
  /** Why the bodies are not shown. */
  readonly bodyProblem?: string;
  /** The newest baseline, when it is another than the one judged against. */
  readonly newerBaseline?: number;
  /** Names of rules kept since the run that explain differences, by `foundName`. */
  readonly laterRules?: ReadonlyMap<string, string>;
  /** Why the recording cannot be read. */
  readonly problem?: AppError;
}

/** Media types, by what the bytes begin with; undefined on the side where there is no picture. */
export interface CheckPictures {
  readonly baseline: string | undefined;
  readonly fresh: string | undefined;
  /** What differs, in words, where it can be drawn. */
  readonly drawn: string | undefined;
}

export interface CheckViewRequest {
  readonly cassette: KnownCassette;
  readonly run: Run;
  readonly check: Check;
  readonly store: RunStore;
  readonly expand: readonly { readonly from: number; readonly to: number }[];
}

/** Reads both sides of a check. A recording that is gone leaves the fresh side and says why. */
export function checkView(request: CheckViewRequest): CheckView {
  const fresh = request.store.fresh(request.check.id);
  try {
    return readCassette(request.cassette, (reader) => withRecording(request, fresh, reader));
  } catch (thrown) {
    return { baseline: undefined, fresh, rows: undefined, problem: toAppError(thrown) };
  }
}

function withRecording(request: CheckViewRequest, fresh: FreshOutcome | undefined, reader: CassetteReader): CheckView {
  const { run, check, store, expand } = request;
  const past = pastCheck(reader, { run, check, session: reader.session(run.session) });
  const exchange = past?.exchange;
  const baselines = exchange ? reader.baselines(exchange.id) : [];
  const baseline = baselines.find(({ version }) => version === check.baselineVersion);
  const newest = baselines.at(-1)?.version;
  const view = {
    baseline,
    fresh,
    ...(newest !== undefined && newest !== check.baselineVersion ? { newerBaseline: newest } : {}),
    ...(past && { laterRules: laterRules(reader, store, past) }),
  };
  if (!baseline) {
    return {
      ...view,
      rows: undefined,
      bodyProblem: 'What this check was judged against is no longer in the cassette.',
    };
  }
  const before = responseOf(baseline.outcome);
  const after = responseOf(fresh?.outcome);
  if (!before || !after) return { ...view, rows: undefined };
  const talk = exchange && baselineTalk(reader, exchange, baseline);
  if (talk && fresh?.talk) {
    return {
      ...view,
      shows: 'messages',
      rows: alignedMessages(talk, talkOf(store, fresh.talk), check.differences, { expand }),
    };
  }
  const largest = Math.max(before.body.sizeBytes, after.body.sizeBytes);
  if (largest > maxBodyBytes) {
    return {
      ...view,
      rows: undefined,
      bodyProblem: `The bodies (${formatSize(largest)}) are too large to lay side by side.`,
    };
  }
  const baselineContent = contentIn(baseline.outcome, bodyOf(reader, before));
  const freshContent = contentIn(fresh!.outcome, bodyOf(store, after));
  const rows = alignedRows(baselineContent, freshContent, check.differences, { expand });
  const pictures = picturesOf(baselineContent, freshContent, check);
  const problem = baselineContent.problem ?? freshContent.problem;
  return { ...view, rows, ...(pictures && { pictures }), ...(problem === undefined ? {} : { bodyProblem: problem }) };
}

function picturesOf(before: Content, after: Content, { differences }: Check): CheckPictures | undefined {
  const [baseline, fresh] = [imageType(before.bytes), imageType(after.bytes)];
  if (baseline === undefined && fresh === undefined) return undefined;
  return { baseline, fresh, drawn: differences.find(isDrawable)?.after };
}

/** Only rules that people or calibrations have kept since the run began are tried. */
function laterRules(reader: CassetteReader, runStore: RunStore, past: PastCheck): ReadonlyMap<string, string> {
  const since = reader.compareRules().filter(({ at }) => at > past.run.startedAt);
  return explainedBy({ ...past, reader, runStore }, namedCompareRules([], since));
}

/** A stream that its client left is read as far as it came. */
function contentIn(outcome: Outcome, body: Buffer): Content {
  const content = contentOf(responseOf(outcome)!.headers, body);
  return isLeftStream(outcome) ? { ...content, isOpen: true } : content;
}

function bodyOf(from: { body: (sha256: string) => Buffer }, { body }: ResponseFacts): Buffer {
  return body.sizeBytes === 0 ? Buffer.alloc(0) : from.body(body.sha256);
}
