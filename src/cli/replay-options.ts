import { AppError } from '../base/errors.ts';
import type { ExhaustedPolicy, Sequence } from '../match/choose.ts';
import { parseFault } from '../model/fault-text.ts';
import type { SessionTarget } from '../model/session.ts';
import { parseTarget } from '../model/target.ts';
import { cassetteArgument } from '../store/cassette-path.ts';
import { knownPseudonyms } from '../proxy/known-pseudonyms.ts';
import { type Pace, parsePace } from '../proxy/pace.ts';
import type { ReplayListenerPlan, ReplayOptions } from '../proxy/replay-proxy.ts';
import type { Recorder } from '../proxy/recorder.ts';
import type { LayerSource } from '../proxy/replay-layer.ts';
import { type FailReason, failReasons } from '../proxy/replay-verdict.ts';
import type { Context } from './context.ts';
import { recordedTargets } from '../proxy/replay-layers.ts';
import type { LaneRule } from '../proxy/lane-keeper.ts';
import { laneListeners } from './lane-options.ts';
import { forwardName, recordListeners, targetListeners } from './target-options.ts';
import { readTimeOptions } from './read-time-options.ts';
import type { AnswerTimeOptions } from './time-options.ts';
import type { TlsOptions } from './tls-options.ts';
import type { UpstreamOptions } from './upstream-options.ts';

/** What to replay and how. */
export interface ReplayRequest extends UpstreamOptions, TlsOptions, AnswerTimeOptions {
  /** As named by a person; the first one is asked first. */
  readonly cassettes: readonly string[];
  /** A session's name or `all`; the newest by default. */
  readonly session?: string;
  readonly host: string;
  readonly port: readonly string[];
  /** One listener for all recorded servers, to be used as a proxy. */
  readonly forward?: true;
  /** Who started the client, for advice. */
  readonly startedBy?: 'exec';
  /** What points at the recorded server leads to the replay. */
  readonly rewrite?: true;
  readonly sequence?: Sequence;
  readonly exhausted?: ExhaustedPolicy;
  /** Bytes. */
  readonly cache?: number;
  readonly timing?: string;
  readonly onMiss?: OnMiss;
  /** Used by `onMiss` only; the recorded servers by default. */
  readonly target?: readonly string[];
  readonly failOn?: string;
  readonly strict?: true;
  /** Milliseconds. */
  readonly maxAge?: number;
  /** File for the whole ledger. */
  readonly ledger?: string;
  /** File for what the replay rested on. */
  readonly certificate?: string;
  readonly lanes?: LaneRule;
  /** `NAME=PORT` each. */
  readonly lane?: readonly string[];
  /** One line each. */
  readonly fault?: readonly string[];
  readonly faultSeed?: number;
  readonly readyFile?: string;
  readonly control: boolean;
}

export type OnMiss = 'error' | 'forward' | 'record';

/** Throws USAGE or FAULT_INVALID for what cannot be meant, before anything is opened. */
export function checkReplayOptions(
  context: Context,
  options: Required<Pick<ReplayRequest, 'onMiss' | 'target'>> & Pick<ReplayRequest, 'forward' | 'fault' | 'rewrite'>,
): void {
  const { onMiss, target, forward, rewrite, fault = [] } = options;
  for (const one of fault) parseFault(one);
  if (onMiss === 'error' && target.length > 0) {
    throw usage(
      '--target has no effect: replay needs no server',
      'add --on-miss forward or --on-miss record, or leave it away',
    );
  }
  if (forward && target.length > 0) {
    throw usage(
      '--target has no effect beside --forward: a proxy asks the server that its client names',
      'leave one of them away',
    );
  }
  if (forward && rewrite) {
    throw usage(
      '--rewrite has no effect beside --forward: what the client asks for, it asks through the proxy',
      'leave one of them away',
    );
  }
  if (onMiss !== 'error' && context.ci) {
    throw usage(
      `--on-miss ${onMiss} would call a real server, which never happens in CI`,
      'record what is missing on a desk, or add --no-ci',
    );
  }
}

/**
 * What makes the replay fail: what `--fail-on` names, else with `--strict` everything, else misses, and in CI also what
 * is kept for nobody (behaviour.md §2). Throws USAGE.
 */
export function failReasonsOf(
  context: Pick<Context, 'ci'>,
  { failOn, strict }: Pick<ReplayRequest, 'failOn' | 'strict'>,
): ReadonlySet<FailReason> {
  if (failOn === undefined) {
    if (strict) return new Set(failReasons);
    return new Set(context.ci ? ['unmatched', 'unused', 'obsolete', 'expired'] : ['unmatched']);
  }
  const text = failOn;
  const words = text.split(',').map((word) => word.trim());
  if (words.length === 1 && words[0] === 'none') return new Set();
  return new Set(
    words.map((word) => {
      const reason = failReasons.find((known) => known === word);
      if (reason) return reason;
      throw usage(`--fail-on does not know ${JSON.stringify(word)}`, `give any of ${failReasons.join(', ')}, or none`);
    }),
  );
}

/** Everything the proxy needs from the command line and this machine. Throws USAGE, TARGET_INVALID, FAULT_INVALID, CONFIG_INVALID. */
export async function replayProxyOptions(
  context: Context,
  request: ReplayRequest,
  layers: readonly LayerSource[],
): Promise<Omit<ReplayOptions, 'onEvent'>> {
  const { host, port, forward, startedBy, sequence = 'epoch', timing = 'instant' } = request;
  const { onMiss = 'error', target = [], lane = [], lanes = 'infer' } = request;
  // A forward listener learns from its clients which servers there are.
  const recorded = forward ? [] : recordedTargets(layers);
  const plans: ReplayListenerPlan[] = forward
    ? recordListeners({ target: [], forward, port }).map(({ kind, port: wanted }) => ({
        kind,
        name: forwardName,
        port: wanted,
      }))
    : targetListeners(recorded.map(asArgument), port).map((one) => ({
        kind: 'reverse',
        name: one.target.name,
        port: one.port,
      }));
  const failOn = failReasonsOf(context, request);
  const time = readTimeOptions(context, request);
  const pseudonym = knownPseudonyms(layers, { folder: context.cwd, env: context.env });
  return {
    layers,
    host,
    listeners: laneListeners(plans, lane),
    laneRule: lanes,
    sequence,
    ...(request.exhausted ? { exhausted: request.exhausted } : {}),
    ...(request.cache === undefined ? {} : { cacheBytes: request.cache }),
    pace: paceOf(timing),
    ...(time ? { time } : {}),
    ...(request.rewrite ? { leadBack: new Map(recorded.map(({ name, url }) => [name, parseTarget(url, name)])) } : {}),
    setup: {
      sequence,
      onMiss,
      upstream: context.ci ? 'refused' : 'allowed',
      key: pseudonym ? 'known' : 'unknown',
      ...(forward ? { forward } : {}),
      ...(startedBy ? { startedBy } : {}),
      cassetteArgument: (file) => cassetteArgument(context.cwd, file),
    },
    ...(pseudonym ? { pseudonym } : {}),
    faults: (request.fault ?? []).map(parseFault),
    ...(request.faultSeed === undefined ? {} : { faultSeed: request.faultSeed }),
    ...(request.strict ? { strict: request.strict } : {}),
    audit: {
      ...(request.maxAge === undefined ? {} : { maxAgeMs: request.maxAge }),
      ...(failOn.has('secrets') ? { secrets: 'wanted' } : {}),
      ...(failOn.has('obsolete') ? { obsolete: 'wanted' } : {}),
    },
    ...(onMiss === 'error'
      ? {}
      : { upstream: await upstreamOf(context, { request, onMiss, target, layers, recorded }) }),
  };
}

function paceOf(text: string): Pace {
  const pace = parsePace(text);
  if (pace) return pace;
  throw usage(`--timing ${text} is no timing`, 'give instant, recorded, or a factor such as 2x or 0.5x');
}

/** Loads what talks to servers: a replay without one does not need it. */
async function upstreamOf(
  context: Context,
  situation: {
    readonly request: UpstreamOptions;
    readonly onMiss: 'forward' | 'record';
    readonly target: readonly string[];
    readonly layers: readonly LayerSource[];
    readonly recorded: readonly SessionTarget[];
  },
): Promise<NonNullable<ReplayOptions['upstream']>> {
  const { request, onMiss, target, layers, recorded } = situation;
  const [{ resolveTargets }, { startMissRecorder }, { readUpstreamOptions, upstreamTags }] = await Promise.all([
    import('../suite/suite-target.ts'),
    import('../proxy/miss-recorder.ts'),
    import('./read-upstream-options.ts'),
  ]);
  const given = resolveTargets(target.length > 0 ? target : recorded.map(asArgument), recorded);
  const targets = recorded.map(({ name }) => given.get(name)!);
  const settings = readUpstreamOptions(context, request);
  if (onMiss === 'forward') return { targets, settings };
  const { cwd: folder, env, log } = context;
  const startRecorder = (): Promise<Recorder> =>
    startMissRecorder(layers[0]!, { targets, folder, env, tags: upstreamTags(request), log });
  return { targets, settings, startRecorder };
}

function asArgument({ name, url }: SessionTarget): string {
  return `${name}=${url}`;
}

function usage(problem: string, hint: string): AppError {
  return new AppError('USAGE', { problem, hint });
}
