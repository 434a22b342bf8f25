import { visible } from '../base/log.ts';
import { type Mask, maskText } from '../match/mask-set.ts';
import { requestKey } from '../match/request-key.ts';
import type { Exchange } from '../model/exchange.ts';
import type { Departure } from './conversation.ts';
import { adviceFor, type ReplaySetup } from './miss-advice.ts';
import { maskedTarget, type NearRecording, nearRecordings } from './near-recordings.ts';
import type { IncompleteSwitch, MissChoice } from './replay-found.ts';
import type { IncomingRequest, Layer } from './replay-layer.ts';
import type { ReplaySource } from './replay-source.ts';
import { sizeOfBody } from './request-body.ts';
import { masksOf } from './request-masks.ts';

/**
 * Why nothing was served. `unmatched`: no recording has this request. `exhausted`: its recordings are used up.
 * `ambiguous`: several fit. `incomplete`: what was recorded of it is not whole. `unreadable`: the cassette cannot give it.
 * `conversation`: it was answered, but what the client said after a switch of protocols is not as recorded.
 */
export type MissCode = MissChoice['code'];

/** A miss with its explanation. Holds no secret: their values are `⟦NAME⟧`. */
export interface MissReport {
  readonly code: MissCode;
  /** What happened, in one line. */
  readonly title: string;
  /** Why, in one line. */
  readonly reason: string;
  readonly asked: {
    readonly method: string;
    readonly target: string;
    readonly targetName: string;
    readonly bodyBytes: number;
  };
  readonly cassette: string;
  /** Where was searched, first one first. */
  readonly sessions: readonly string[];
  readonly lane: string;
  /** At most three, nearest first. */
  readonly nearest: readonly NearRecording[];
  /** What helps now. */
  readonly suggestions: readonly string[];
}

const shownNeighbours = 3;

/** The name of a target that was given without one. */
const soleTarget = 'default';

export interface MissOptions {
  readonly source: ReplaySource;
  readonly request: IncomingRequest;
  readonly layer: Layer;
  readonly choice: MissChoice;
  readonly setup: ReplaySetup;
}

/** Explains a miss: what was asked, what comes nearest, and only advice that can help. */
export function reportMiss(options: MissOptions): MissReport {
  const { source, request, layer, choice } = options;
  const masks = masksOf(request);
  const { method, targetName, body } = request;
  const bodyBytes = sizeOfBody(body);
  const target = visible(maskedTarget(request.target, masks));
  const asked = { method, target, targetName, bodyBytes };
  const near = nearTo(options, { target, masks });
  const name = `${placeAsked(asked)}${bodyBytes > 0 ? ` with a body of ${bodyBytes} bytes` : ''}`;
  return {
    code: choice.code,
    title: titleOf(choice, name),
    reason: reasonOf(options, near),
    asked,
    cassette: layer.cassette,
    sessions: source.layers.map(({ session }) => session.name),
    lane: request.lane,
    nearest: near.map((recording) => ({ ...recording, target: visible(recording.target) })),
    suggestions: adviceFor({ choice, layer, request, setup: options.setup }),
  };
}

/** What was asked, with the server where a session may have several. */
export function placeAsked({
  method,
  target,
  targetName,
}: Pick<MissReport['asked'], 'method' | 'target' | 'targetName'>): string {
  return `${method} ${targetName === soleTarget ? '' : `${visible(targetName)} `}${target}`;
}

/** What was asked, already masked. */
interface Shown {
  readonly target: string;
  readonly masks: readonly Mask[];
}

function nearTo({ source, request, layer, choice }: MissOptions, { target, masks }: Shown): NearRecording[] {
  if (choice.code === 'unmatched') return nearRecordings(source.layers, request, { masks, limit: shownNeighbours });
  if (choice.code !== 'conversation') return [];
  const { differences } = choice.departure;
  const address = source.addressOf(layer, choice.position);
  return differences.length === 0 ? [] : [{ address, method: request.method, target, distance: 0, differences }];
}

function titleOf(choice: MissChoice, asked: string): string {
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

function placeOf({ unit, number }: Departure): string {
  return `${unit} ${number}`;
}

function reasonOf({ source, request, layer, choice }: MissOptions, near: readonly NearRecording[]): string {
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
        return `${recordings} fit equally and answer differently: the ${kind} at ${place} is another one than either recorded`;
      }
      return `${recordings} differ only in ${slotWords(request, choice.slot)}, and what was sent there decides for neither`;
    }
    case 'relaxed': {
      const places = choice.renamed.map(({ place, kind }) => `the ${kind} at ${place} is another one`);
      const words = [...places, ...choice.relaxations.filter((relaxation) => relaxation !== 'volatile')];
      return `${address(choice.position)} comes nearest, but ${words.join(', ')}`;
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

/** Why a WebSocket is closed, for the close itself, which holds few words: the place and the difference come first. */
export function closeReason({ nearest: [near], reason }: MissReport, departure: Departure): string {
  const words = near?.differences.map((found) => found.words).join('; ');
  return `retake miss, ${placeOf(departure)}: ${words === undefined ? reason : `${words} (${near!.address})`}`;
}

/** The miss for a terminal: the same words as in the answer. */
export function formatMiss(report: MissReport): string[] {
  const where = `${report.cassette}:${report.sessions.join('+')}, lane ${report.lane}`;
  return [
    `${report.title} (${where})`,
    `  ${report.reason}`,
    ...report.nearest.flatMap(({ address, method, target, distance, differences }) => [
      `  near ${address} ${method} ${target} (distance ${distance})`,
      ...differences.map(({ words }) => `    ${visible(words)}`),
    ]),
    ...report.suggestions.map((suggestion) => `  help: ${suggestion}`),
  ];
}

/** The miss as an answer (RFC 9457): flat headers and body. */
export function missProblem(report: MissReport): { readonly headers: readonly string[]; readonly body: Buffer } {
  const { code, title, reason, ...rest } = report;
  const problem = { type: `urn:retake:miss:${code}`, title, status: missStatus, code, detail: reason, ...rest };
  const body = Buffer.from(`${JSON.stringify(problem, undefined, 2)}\n`);
  const headers = [
    'Content-Type',
    'application/problem+json',
    'Content-Length',
    String(body.length),
    'x-retake-miss',
    code,
  ];
  return { headers, body };
}

/** No client takes it for the application's own answer. */
export const missStatus = 502;
