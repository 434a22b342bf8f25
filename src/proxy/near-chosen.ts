import { differenceAt } from '../match/difference-at.ts';
import type { Renamed } from '../match/fit-shape.ts';
import { placeWords } from '../match/miss-cause.ts';
import type { MissCause, NearRecording } from '../model/miss-report.ts';
import { maskedTarget } from './near-recordings.ts';
import type { MissChoice } from './replay-found.ts';
import type { IncomingRequest, Layer } from './replay-layer.ts';
import type { ReplaySource } from './replay-source.ts';
import { masksOf } from './request-masks.ts';

export interface NearChosen {
  readonly nearest: readonly NearRecording[];
  readonly cause?: MissCause;
}

/** The recordings that a choice came down to, and what of the request departs from them. */
export function nearChosen({
  source,
  request: { method },
  layer,
  choice,
  target,
}: {
  readonly source: ReplaySource;
  readonly request: IncomingRequest;
  readonly layer: Layer;
  readonly choice: MissChoice;
  /** Masked. */
  readonly target: string;
}): NearChosen {
  const near = (position: number, differences: NearRecording['differences']): NearRecording => ({
    address: source.addressOf(layer, position),
    method,
    target: recordedTarget(layer, position) ?? target,
    distance: 0,
    differences,
  });
  switch (choice.code) {
    case 'ambiguous': {
      if (!('token' in choice)) return { nearest: [] };
      const { place, value, class: kind } = choice.token;
      const words = `only the ${kind} at ${placeWords(place)} could decide, and it is neither of the recorded ones`;
      return {
        nearest: choice.between.map(({ position }, i) =>
          near(position, [differenceAt(place, { before: choice.recorded[i]!, after: value })]),
        ),
        cause: { class: 'undecided', place, words },
      };
    }
    case 'relaxed':
      return choice.renamed.length === 0
        ? { nearest: [] }
        : { nearest: [near(choice.position, choice.renamed.map(renamedDifference))] };
    case 'conversation': {
      const { differences } = choice.departure;
      return { nearest: differences.length === 0 ? [] : [near(choice.position, differences)] };
    }
    case 'unmatched':
    case 'exhausted':
    case 'incomplete':
    case 'unreadable':
      return { nearest: [] };
    default:
      return choice satisfies never;
  }
}

function recordedTarget({ reader, session }: Layer, position: number): string | undefined {
  const exchange = reader.exchange(session.id, position);
  return exchange && maskedTarget(exchange.request.target, masksOf({ ...exchange.request, body: undefined }));
}

function renamedDifference({ place, recorded, incoming }: Renamed): NearRecording['differences'][number] {
  return differenceAt(place, { before: recorded, after: incoming });
}
