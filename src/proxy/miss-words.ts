import { visible } from '../base/log.ts';
import { maskText } from '../match/mask-set.ts';
import { requestKey } from '../match/request-key.ts';
import type { Exchange } from '../model/exchange.ts';
import { placeWords } from '../match/miss-cause.ts';
import type { MissReport, NearRecording } from '../model/miss-report.ts';
import type { Departure } from './conversation.ts';
import { relaxationWords } from './relaxation-words.ts';
import type { IncompleteSwitch, MissChoice } from './replay-found.ts';
import type { IncomingRequest, Layer } from './replay-layer.ts';
import type { ReplaySource } from './replay-source.ts';
import { masksOf } from './request-masks.ts';

/** A miss with all that was known when it was found. */
export interface FoundMiss {
  readonly source: ReplaySource;
  readonly request: IncomingRequest;
  readonly layer: Layer;
  readonly choice: MissChoice;
}

/** The name of a target that was given without one. */
const soleTarget = 'default';

/** What was asked, with the server where a session may have several. */
export function placeAsked({
  method,
  target,
  targetName,
}: Pick<MissReport['asked'], 'method' | 'target' | 'targetName'>): string {
  return `${method} ${targetName === soleTarget ? '' : `${visible(targetName)} `}${target}`;
}

export function titleOf(choice: MissChoice, asked: string): string {
  switch (choice.code) {
    case 'unmatched':
      return `no recording answers ${asked}`;
    case 'exhausted':
      return `no recording is left for ${asked}`;
    case 'ambiguous':
      return `several recordings fit ${asked}`;
    case 'relaxed':
      return `no recording answers ${asked} exactly`;
    case 'incomplete':
      return `no complete recording answers ${asked}`;
    case 'unreadable':
      return `the recording that answers ${asked} cannot be read`;
    case 'conversation':
      return `no recording answers ${placeOf(choice.departure)} of the client in ${asked}`;
    default:
      return choice satisfies never;
  }
}

/** Which message of the client it is about. */
export function placeOf({ unit, number }: Departure): string {
  return `${unit} ${number}`;
}

export function reasonOf({ source, request, layer, choice }: FoundMiss, near: readonly NearRecording[]): string {
  const address = (position: number): string => source.addressOf(layer, position);
  switch (choice.code) {
    case 'unmatched':
      return unmatchedReason(source, request, near);
    case 'exhausted': {
      const times = choice.recorded === 1 ? 'once' : `${choice.recorded} times`;
      return `it was recorded ${times}, and lane ${request.lane} has used that up; the last was ${address(choice.last.position)}`;
    }
    case 'ambiguous': {
      const [first, second] = choice.between;
      const recordings = `${address(first.position)} and ${address(second.position)}`;
      if ('token' in choice) {
        const { place, class: kind } = choice.token;
        return `${recordings} fit equally and answer differently: the ${kind} at ${placeWords(place)} is another one than either recorded`;
      }
      return `${recordings} differ only in ${slotWords(request, choice.slot)}, and what was sent there decides for neither`;
    }
    case 'relaxed': {
      const places = choice.renamed.map(
        ({ place, kind }) => `the ${kind.split(' ')[0]!} at ${placeWords(place)} is another one`,
      );
      const others = choice.relaxations.filter((relaxation) => relaxation !== 'volatile');
      const words = [...places, ...others.map((relaxation) => relaxationWords[relaxation])];
      return `${address(choice.position)} fits, but not exactly: ${words.join('; ')}`;
    }
    case 'incomplete':
      return `${address(choice.last.position)} ${'why' in choice ? switchWords[choice.why] : incompleteWords(layer, choice.last.position)}`;
    case 'unreadable':
      return choice.position === undefined ? choice.problem : `${address(choice.position)}: ${choice.problem}`;
    case 'conversation':
      return `${address(choice.position)} ${departureWords(choice.departure)}`;
    default:
      return choice satisfies never;
  }
}

function unmatchedReason(
  { layers }: ReplaySource,
  { method, targetName }: IncomingRequest,
  near: readonly NearRecording[],
): string {
  const [first] = near;
  if (!first) return 'nothing was recorded';
  const parts = new Set(first.differences.map(({ part }) => part));
  if (parts.has('path')) {
    const isKnown = layers.some(({ session }) => session.targets.some(({ name }) => name === targetName));
    return isKnown ? 'nothing was recorded at this path' : `nothing was recorded of ${visible(targetName)}`;
  }
  if (parts.has('method')) {
    const methods = [...new Set(near.filter(isAtPath).map((recording) => recording.method))].toSorted();
    return `at this path ${methods.join(', ')} was recorded, but not ${method}`;
  }
  if (parts.has('target')) return `it was recorded for another target, not for ${targetName}`;
  const differing = [...parts].map((part) => (part === 'form' ? 'form field' : part));
  return `${method} was recorded at this path, but with another ${differing.join(' and ')}`;
}

function isAtPath({ differences }: NearRecording): boolean {
  return differences.every(({ part }) => part !== 'path');
}

/** The smallest field that tells the recordings apart: the place of the slot, by its name. */
function slotWords(request: IncomingRequest, slot: number): string {
  const places = masksOf(request).map((mask) => ({ ...mask, value: `${maskText(mask.name)} at ${mask.place}` }));
  return requestKey(request, places).slots[slot] ?? 'redacted values';
}

const switchWords: Readonly<Record<IncompleteSwitch, string>> = {
  switched: 'switched to another protocol, which this request does not ask for',
  'cut-message': 'holds only a part of a message of the server',
};

function departureWords({ kind, unit, number }: Departure): string {
  if (kind === 'differs') return `has another ${unit} ${number} of the client`;
  if (kind === 'ended') return `holds ${unit} ${number} of the client, which ended before it this time`;
  return number === 1
    ? `holds no ${unit} of the client`
    : `holds ${countOf(number - 1, unit)} of the client, and this is one more`;
}

function countOf(count: number, unit: string): string {
  return `only ${count} ${unit}${count === 1 ? '' : 's'}`;
}

function incompleteWords(layer: Layer, position: number): string {
  const exchange = layer.reader.exchange(layer.session.id, position);
  return exchange ? whyIncomplete(exchange) : 'is not complete';
}

function whyIncomplete({ outcome }: Exchange): string {
  if (!outcome) return 'has not ended yet';
  if (outcome.kind === 'failure') {
    return outcome.code === 'client-aborted'
      ? 'has no complete answer: the recording client left before it came'
      : 'has no complete answer: the recording was interrupted';
  }
  const { body } = outcome;
  return body.truncated
    ? `holds only the first ${body.sizeBytes} of ${body.fullSizeBytes} bytes of the answer`
    : 'is not complete';
}
