import type { Lane } from '../match/lane.ts';
import { decodeContent } from '../model/content-coding.ts';
import { headerValue } from '../model/headers.ts';
import type { Session } from '../model/session.ts';
import { findVolatiles } from '../model/volatile-tokens.ts';
import { type AnswerEditing, editAnswer, type EditedAnswer, syntaxOf } from './answer-body.ts';
import { applyEdits } from '../model/text-edit.ts';
import { type Replacement, ValueReplacer } from './answer-edits.ts';
import type { JwtKeys } from './jwt-signer.ts';
import { recordedRequest } from './recorded-request.ts';
import type { Recording } from './recording-cache.ts';
import type { Hit } from './replay-found.ts';
import type { IncomingRequest, Layer } from './replay-layer.ts';
import { type ClockShift, replacedBy, shiftBody, shiftHeader } from './shift-text.ts';

export interface TimeOptions {
  /** When this run began. Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly keys: JwtKeys;
  /** Called once: tokens are served with their recorded times. */
  readonly onUnsigned: () => void;
}

/** A recording with its times moved. */
interface Shifted {
  readonly edited: EditedAnswer;
  /** Recorded values and what is served for them. */
  readonly values: ReadonlyMap<string, string>;
  /** Those that its request held. */
  readonly asked: readonly string[];
}

/** In one lane: served values and the recorded ones. */
interface ServedTimes {
  readonly recordedOf: Map<string, string>;
  readonly seen: WeakSet<Shifted>;
}

/** A lane remembers so many; a client in a loop cannot fill the memory. */
const maxServed = 100_000;

/**
 * Answers as if they were given now: every time that moved with the clock when recording is later by the age of the
 * recording. One distance for a whole run, in whole seconds: times keep their distances, and all forms of one moment
 * agree. Requests that bring such times back mean the recorded ones.
 */
export class ShiftedTimes {
  readonly #options: TimeOptions;
  readonly #tokens = new Map<string, string>();
  readonly #shifted = new WeakMap<Recording, Shifted>();
  readonly #served = new WeakMap<Lane, ServedTimes>();
  #hasWarned = false;

  constructor(options: TimeOptions) {
    this.#options = options;
  }

  change(request: IncomingRequest, { recording, layer, lane }: Hit): EditedAnswer {
    let shifted = this.#shifted.get(recording);
    if (!shifted) {
      shifted = this.#shift(recording, layer, new Set());
      this.#shifted.set(recording, shifted);
    }
    // What the client says itself is not ours to move; what it was told before has moved already.
    if (shifted.asked.length > 0) {
      const said = textOf(request);
      const { values, asked } = shifted;
      const excluded = new Set(asked.filter((value) => !said.includes(values.get(value)!)));
      if (excluded.size > 0) shifted = this.#shift(recording, layer, excluded);
    }
    this.#remember(lane, shifted);
    return shifted.edited;
  }

  /** The request as it would have been when recording; undefined: it holds nothing that was served later than recorded. */
  meant(request: IncomingRequest, lanes: readonly Lane[]): IncomingRequest | undefined {
    const served = lanes.flatMap((lane) => this.#served.get(lane) ?? []);
    if (served.length === 0) return undefined;
    const back: Replacement[] = [];
    for (const value of valuesIn(textOf(request))) {
      for (const { recordedOf } of served) {
        const now = recordedOf.get(value);
        if (now !== undefined && now !== value) back.push({ recorded: value, now });
      }
    }
    return back.length === 0 ? undefined : editRequest(request, new ValueReplacer(back));
  }

  #remember(lane: Lane, shifted: Shifted): void {
    let served = this.#served.get(lane);
    if (!served) {
      served = { recordedOf: new Map(), seen: new WeakSet() };
      this.#served.set(lane, served);
    }
    if (served.seen.has(shifted)) return;
    served.seen.add(shifted);
    for (const [recorded, now] of shifted.values) {
      if (served.recordedOf.size >= maxServed) return;
      served.recordedOf.set(now, recorded);
    }
  }

  #shift(recording: Recording, layer: Layer, excluded: ReadonlySet<string>): Shifted {
    const { session } = layer;
    const { exchange } = recording;
    const { startedAt, firstByteMs = 0, durationMs = firstByteMs } = exchange;
    const shift: ClockShift = {
      shiftMs: shiftOf(session, this.#options.startedAt),
      givenMs: startedAt + firstByteMs,
      window: { fromMs: session.startedAt, toMs: Math.max(session.endedAt ?? 0, startedAt + durationMs) },
      keys: this.#options.keys,
      tokens: this.#tokens,
      excluded,
      onUnsigned: () => this.#warn(),
    };
    const values = new Map<string, string>();
    const editing: AnswerEditing = {
      from: 'time',
      ofHeader: (name, value) => {
        const edits = shiftHeader(name, value, shift);
        for (const [recorded, now] of replacedBy(value, edits)) values.set(recorded, now);
        return edits;
      },
      ofBody: (text, syntax) => {
        const edits = shiftBody(text, syntax, shift);
        for (const [recorded, now] of replacedBy(text, edits)) values.set(recorded, now);
        return edits;
      },
    };
    const edited = editAnswer(recording, editing);
    const asked = values.size === 0 ? '' : textOf(recordedRequest(recording, layer));
    return { edited, values, asked: [...values.keys()].filter((value) => asked.includes(value)) };
  }

  #warn(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.onUnsigned();
  }
}

/** From the start of a recording to that of a run, in whole seconds. Milliseconds. */
export function shiftOf(session: Pick<Session, 'startedAt'>, startedAt: number): number {
  return Math.floor((startedAt - session.startedAt) / 1000) * 1000;
}

/** Target, decoded in both ways in which a plus is read, and body. */
function textOf({ target, headers, body }: Pick<IncomingRequest, 'target' | 'headers' | 'body'>): string {
  const targets =
    target.includes('%') || target.includes('+') ? `${plain(target)}\n${plain(target.replaceAll('+', ' '))}` : target;
  if (!Buffer.isBuffer(body)) return targets;
  const decoded = decodeContent(headers, body);
  const content = (decoded.ok ? decoded.content : body).toString('latin1');
  const isForm = (headerValue(headers, 'content-type') ?? '').includes('form-urlencoded');
  return `${targets}\n${isForm ? plain(content.replaceAll('+', ' ')) : content}`;
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function valuesIn(text: string): ReadonlySet<string> {
  const values = new Set<string>();
  for (const { start, end } of findVolatiles(text)) values.add(text.slice(start, end));
  return values;
}

function editRequest(request: IncomingRequest, replacer: ValueReplacer): IncomingRequest {
  const target = applyEdits(request.target, replacer.edits(request.target, 'text'));
  const { body, headers } = request;
  if (!Buffer.isBuffer(body)) return { ...request, target };
  const decoded = decodeContent(headers, body);
  if (!decoded.ok) return { ...request, target };
  const text = decoded.content.toString('latin1');
  const edits = replacer.edits(text, syntaxOf(headers) ?? 'text');
  if (edits.length === 0) return { ...request, target };
  return { ...request, target, body: decoded.encode(Buffer.from(applyEdits(text, edits), 'latin1')) };
}
