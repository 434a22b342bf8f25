import type { KeyedRequest } from '../match/canonical-request.ts';
import type { PartDifference } from '../match/describe-differences.ts';
import { type Mask, maskText } from '../match/mask-set.ts';
import { nearest } from '../match/nearest.ts';
import { formatAddress } from '../model/address.ts';
import type { Exchange } from '../model/exchange.ts';
import { decodeFormComponent, splitPairs } from '../model/url-text.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';
import type { IncomingRequest, LayerSource } from './replay-layer.ts';
import { masksOf } from './request-masks.ts';

/** A recording that failed to match, as people and programs see it. Holds no secret. */
export interface NearRecording {
  readonly address: string;
  readonly method: string;
  readonly target: string;
  /** 0: the same request; 1: nothing in common. */
  readonly distance: number;
  readonly differences: readonly PartDifference[];
}

/** Compared for each session; the index delivers those of the same path first. */
const neighboursPerLayer = 20;
/** Sessions searched: an explanation must come at once. */
const maxLayers = 5;
/** Larger recorded bodies are compared by size and hash only. */
const maxComparedBodyBytes = 256 * 1024;

interface Neighbour extends KeyedRequest {
  readonly address: string;
  readonly masks: readonly Mask[];
}

/** The recordings nearest to a request, nearest first. */
export function nearRecordings(
  layers: readonly LayerSource[],
  request: IncomingRequest,
  options: { readonly masks: readonly Mask[]; readonly limit: number },
): NearRecording[] {
  const path = request.target.split('?', 1)[0]!;
  const neighbours = layers
    .slice(0, maxLayers)
    .flatMap((layer) =>
      layer.reader
        .neighbours(layer.session.id, request.method, path, neighboursPerLayer)
        .map((exchange) => toNeighbour(layer, exchange)),
    );
  const masks = oncePerPlace([...options.masks, ...neighbours.flatMap((neighbour) => neighbour.masks)]);
  return nearest({ request, masks }, neighbours, options.limit).map(({ recorded, distance, differences }) => ({
    address: recorded.address,
    method: recorded.method,
    target: maskedTarget(recorded.target, recorded.masks),
    distance: Math.round(distance * 1000) / 1000,
    differences,
  }));
}

function toNeighbour(
  { reader, cassette, session }: LayerSource,
  { position, targetName, request }: Exchange,
): Neighbour {
  const keyed = { ...request, targetName, body: bodyOf(reader, request.body) };
  return {
    ...keyed,
    address: formatAddress({ cassette, session: session.name, position }),
    masks: masksOf(keyed),
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
