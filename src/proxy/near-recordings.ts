import { type KeyedRequest, splitTarget } from '../match/canonical-request.ts';
import { type Mask, maskText } from '../match/mask-set.ts';
import { type NearMiss, nearest } from '../match/nearest.ts';
import { formatAddress } from '../model/address.ts';
import type { Exchange } from '../model/exchange.ts';
import type { RawHeaders } from '../model/headers.ts';
import { type CompiledRule, noMatchRules } from '../model/match-rule-set.ts';
import type { NearRecording } from '../model/miss-report.ts';
import { decodeFormComponent, splitPairs } from '../model/url-text.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';
import { type IncomingRequest, type LayerSource, rulesFor } from './replay-layer.ts';
import { masksUnder } from './request-masks.ts';

/** Compared for each session; the index delivers those of the same path first. */
const neighboursPerLayer = 20;
/** Sessions searched: an explanation must come at once. */
const maxLayers = 5;
/** Larger recorded bodies are compared by size and hash only. */
const maxComparedBodyBytes = 256 * 1024;

/** A recording that was compared. */
export interface Neighbour extends KeyedRequest {
  readonly layer: LayerSource;
  readonly position: number;
  readonly address: string;
  readonly trailers: RawHeaders;
  readonly masks: readonly Mask[];
  /** Match rules of its session about the incoming request. */
  readonly rules: readonly CompiledRule[];
}

export type NearNeighbour = NearMiss<Neighbour>;

export interface Neighbourhood {
  /** Nearest first. */
  readonly nearest: readonly NearNeighbour[];
  /** All that were compared. */
  readonly all: readonly Neighbour[];
}

/** The recordings nearest to a request. */
export function neighbourhood(
  layers: readonly LayerSource[],
  request: IncomingRequest,
  options: { readonly masks: readonly Mask[]; readonly limit: number },
): Neighbourhood {
  const { path } = splitTarget(request.target);
  const all = layers.slice(0, maxLayers).flatMap((layer) => {
    const rules = rulesFor(layer.rules ?? noMatchRules, request);
    return layer.reader
      .neighbours(layer.session.id, request.method, path, neighboursPerLayer)
      .map((exchange) => toNeighbour(layer, exchange, rules));
  });
  const masks = oncePerPlace([...options.masks, ...all.flatMap((neighbour) => neighbour.masks)]);
  const countingFor = ({ rules }: Neighbour) => ({ masks, rules });
  const near = nearest({ request, countingFor }, all, all.length);
  // The same request recorded again says nothing more.
  const distinct = new Map<string, NearNeighbour>();
  for (const one of near) if (!distinct.has(saidBy(one))) distinct.set(saidBy(one), one);
  return { all, nearest: [...distinct.values()].slice(0, options.limit) };
}

function saidBy({ recorded, differences }: NearNeighbour): string {
  return JSON.stringify([recorded.method, recorded.target, differences.map(({ words }) => words)]);
}

/** As people and programs see it. */
export function nearRecording({ recorded, distance, differences }: NearNeighbour): NearRecording {
  return {
    address: recorded.address,
    method: recorded.method,
    target: maskedTarget(recorded.target, recorded.masks),
    distance: Math.round(distance * 1000) / 1000,
    differences,
  };
}

function toNeighbour(
  layer: LayerSource,
  { position, targetName, request }: Exchange,
  rules: readonly CompiledRule[],
): Neighbour {
  const { reader, cassette, session } = layer;
  const keyed = { ...request, targetName, body: bodyOf(reader, request.body) };
  return {
    ...keyed,
    layer,
    position,
    address: formatAddress({ cassette, session: session.name, position }),
    masks: masksUnder(keyed, rules),
    rules,
  };
}

function bodyOf(reader: CassetteReader, facts: Exchange['request']['body']): KeyedRequest['body'] {
  if (facts.sizeBytes === 0) return undefined;
  if (facts.sizeBytes > maxComparedBodyBytes) return facts;
  try {
    return reader.body(facts.sha256);
  } catch {
    // A damaged body must not take the explanation away.
    return facts;
  }
}

/** What is secret in one request must not show in the other either, whichever side it was found on. */
function oncePerPlace(masks: readonly Mask[]): Mask[] {
  return [...new Map(masks.map((mask) => [mask.place, mask])).values()];
}

/** A request target with the values of secret query parameters shown as their names. */
export function maskedTarget(target: string, masks: readonly Mask[]): string {
  const question = target.indexOf('?');
  if (question === -1 || !masks.some((mask) => mask.place.startsWith('query:'))) return target;
  const counts = new Map<string, number>();
  const pairs = splitPairs(target, question + 1).map(({ rawName, rawValue }) => {
    const name = decodeFormComponent(rawName);
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    const mask = masks.find(({ place }) => place === `query:${name}[${index}]`);
    if (mask) return `${rawName}=${maskText(mask.name)}`;
    return rawValue === undefined ? rawName : `${rawName}=${rawValue}`;
  });
  return `${target.slice(0, question)}?${pairs.join('&')}`;
}
