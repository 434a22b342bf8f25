import { helpfulRules } from '../match/helpful-rules.ts';
import type { Mask } from '../match/mask-set.ts';
import { type Issuer, missCause } from '../match/miss-cause.ts';
import { formatMatchRuleLine } from '../model/match-rule-grammar.ts';
import { noMatchRules } from '../model/match-rule-set.ts';
import type { MissCause, NearRecording, PartDifference } from '../model/miss-report.ts';
import { parsePlace } from '../model/place.ts';
import { type NearNeighbour, type Neighbour, nearRecording, neighbourhood } from './near-recordings.ts';
import { type IncomingRequest, keyUnder, rulesFor } from './replay-layer.ts';
import type { ReplaySource } from './replay-source.ts';
import { type MaskedRequest, masksUnder } from './request-masks.ts';
import type { KeyedRequest } from '../match/canonical-request.ts';

/** What was found out about a request that no recording has. */
export interface ExplainedMiss {
  readonly nearest: readonly NearRecording[];
  /** Absent where the differences of the nearest one say it all. */
  readonly cause?: MissCause;
  /** Under these match rules it would be answered by the nearest one. */
  readonly rules: readonly string[];
  /** The cassette they belong into. */
  readonly rulesPath?: string;
}

const shownNeighbours = 3;
/** Sessions that are not replayed and are looked into, newest first. */
const maxOtherSessions = 5;

/** Compares with what comes nearest. Bounded work, however much was recorded. */
export function explainUnmatched(
  source: ReplaySource,
  request: IncomingRequest,
  masks: readonly Mask[],
): ExplainedMiss {
  const { nearest, all } = neighbourhood(source.layers, request, { masks, limit: shownNeighbours });
  const shown = nearest.map(nearRecording);
  const elsewhere = otherSession(source, request);
  const [closest] = nearest;
  if (elsewhere) return { nearest: shown, cause: elsewhere, rules: [] };
  if (!closest || !isSameKindOf(closest)) return { nearest: shown, rules: [] };
  const issuerOf = issuersFor(source, request, closest.recorded);
  const cause = causeOf(closest, { source, request, issuerOf });
  // No rule says that an order does not count.
  if (cause?.class === 'item-order') return { nearest: shown, cause, rules: [] };
  const rules = helpfulRules<KeyedRequest & MaskedRequest>({
    incoming: request,
    recorded: closest.recorded,
    described: closest,
    rules: closest.recorded.rules,
    others: all,
    masksOf: masksUnder,
    isIssued: (place) => issuerOf(place) !== undefined,
  });
  return {
    nearest: shown,
    ...(cause ? { cause } : {}),
    rules,
    ...(rules.length > 0 ? { rulesPath: closest.recorded.layer.reader.path } : {}),
  };
}

/** Same server and method; a path that differs does so in whole segments. */
function isSameKindOf({ differences, values }: NearNeighbour): boolean {
  const parts = new Set<PartDifference['part']>(differences.map(({ part }) => part));
  if (parts.has('target') || parts.has('method')) return false;
  const segments = values.filter(({ place }) => place.startsWith('path:')).length;
  return !parts.has('path') || segments === 1;
}

function causeOf(
  closest: NearNeighbour,
  {
    source,
    request,
    issuerOf,
  }: {
    readonly source: ReplaySource;
    readonly request: IncomingRequest;
    readonly issuerOf: (place: string) => Issuer | undefined;
  },
): MissCause | undefined {
  const { layer, rules } = closest.recorded;
  const { startedAt, endedAt = startedAt } = layer.session;
  return missCause({
    recorded: closest.recorded,
    incoming: request,
    described: closest,
    recording: { fromMs: startedAt, toMs: endedAt },
    run: { fromMs: source.startedAt, toMs: Date.now() },
    issuerOf,
    ruleOf: (place) => {
      const at = parsePlace(place);
      const found = rules.findLast(
        ({ rule }) =>
          rule.action === 'match' &&
          rule.place.kind === at?.kind &&
          'name' in rule.place &&
          rule.place.name === at.name,
      );
      return found && formatMatchRuleLine(found.rule);
    },
  });
}

/** Who gave out the values of a recorded request, by the flows that were found when the recording ended. */
function issuersFor(
  { lanes, layers }: ReplaySource,
  { lane }: IncomingRequest,
  { layer, position }: Neighbour,
): (place: string) => Issuer | undefined {
  const flows = layer.reader.flowsInto(layer.session.id, position);
  return (place) => {
    const flow = flows.find(({ toPlace }) => toPlace === place || toPlace.startsWith(`${place} > `));
    const issuer = flow && layer.reader.exchange(layer.session.id, flow.from);
    if (!flow || !issuer) return undefined;
    const index = layers.findIndex(({ session, reader }) => session === layer.session && reader === layer.reader);
    return {
      address: `${layer.cassette}:${layer.session.name}/${flow.from}`,
      request: `${issuer.request.method} ${issuer.request.target.split('?', 1)[0]!}`,
      wasServed: lanes.furthest(lane, index) >= flow.from,
    };
  };
}

/** Is the very request in a session that is not replayed? */
function otherSession(source: ReplaySource, request: IncomingRequest): MissCause | undefined {
  const [layer] = source.layers;
  const { reader } = layer!;
  const replayed = new Set(source.layers.filter((one) => one.reader === reader).map(({ session }) => session.id));
  const others = reader.sessions().filter(({ id }) => !replayed.has(id));
  const { key } = keyUnder(request, rulesFor(layer!.rules ?? noMatchRules, request));
  for (const session of others.slice(-maxOtherSessions).toReversed()) {
    const { indexVersion } = session;
    const isIndexed = indexVersion !== undefined && indexVersion === layer!.session.indexVersion;
    const lookup = isIndexed ? reader.index() : reader;
    const [found] = lookup.candidates(session.id, key);
    if (!found) continue;
    const address = `${layer!.cassette}:${session.name}/${found.position}`;
    const words = `the same request was recorded in session ${session.name} (${address}), which is not replayed`;
    return { class: 'other-session', place: '', words };
  }
  return undefined;
}
