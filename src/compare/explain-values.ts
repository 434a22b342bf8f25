import { isDistinctive, isIdentityName } from '../model/identity.ts';
import { decodeComponent } from '../model/url-text.ts';
import { epochTimestamp, parseTimestamp, type Timestamp } from '../model/volatile.ts';
import { findVolatiles, type TimeStretch, type VolatileToken } from '../model/volatile-tokens.ts';
import type { CaptureWindow } from './clock.ts';
import { byClock, byRenaming, type Explanation, together, unexplained, type ValueSpot } from './explanation.ts';
import { ExplainPayloads } from './explain-payloads.ts';
import { areOpaqueTokens, mayBecome } from './free-values.ts';
import type { Renames, ValuePair, ValuePath } from './renames.ts';
import { nameIn, pathBefore, withRenamedWords } from './renamed-words.ts';
import { differingUrlParts, type UrlPartPair } from './url-parts.ts';

export interface ExplainValuesContext {
  readonly renames: Renames;
  readonly baselineWindow: CaptureWindow;
  readonly freshWindow: CaptureWindow;
}

/** A token in a parameter of a URL in a member of a document in base64 is the deepest anybody builds. */
const maxDepth = 5;

/**
 * Explains two values by the renaming of the session and the clock of the run, looking into them:
 *
 * - a signed token by its header and claims, whatever flows: a token that says more than the recorded one is a finding;
 * - JSON, plain or in base64, inside a text by its members; one in base64 that flows may have other identifiers in it,
 *   since the client only hands it back, but no other values;
 * - a URL by its server, path segments and parameters; a signature among them may change with what it signs;
 * - a text by the values in it, what stands between them being equal under the renaming.
 *
 * A value counts only where it stands alone between characters that are neither letters nor digits. One that could occur
 * by accident (a short number, a word) counts only as a whole in a field whose name says identifier, as a segment or
 * parameter of a URL, or as `#17`: otherwise `quantity: 1 → 2` would hide behind an order 1 that is now order 2. Where it
 * stands tells whose identifier it is, so that `customerId: 1 → 2` does not hide there either.
 */
export class ExplainValues {
  readonly #renames: Renames;
  readonly #payloads: ExplainPayloads;
  readonly #windows: { readonly baselineWindow: TimeStretch; readonly freshWindow: TimeStretch };

  constructor({ renames, baselineWindow, freshWindow }: ExplainValuesContext) {
    this.#renames = renames;
    this.#payloads = new ExplainPayloads({
      text: (before, after, spot) => this.text(before, after, spot),
      number: (before, after, spot) => this.number(before, after, spot),
      isRenamed: (before, after, { path }) => this.#isRenamed(before, after, path),
      join: (before, after, place) => this.#join(before, after, place),
    });
    this.#windows = { baselineWindow: stretchOf(baselineWindow), freshWindow: stretchOf(freshWindow) };
  }

  text(before: string, after: string, spot: ValueSpot): Explanation {
    const isDeep = spot.depth >= maxDepth;
    const payloads = this.#payloads;
    const decided = isDeep
      ? undefined
      : (payloads.jwts(before, after, spot) ?? payloads.encodedDocuments(before, after, spot));
    if (decided) return decided;
    if (this.#isRenamed(before, after, spot.path)) return byRenaming;
    const first = parseTimestamp(before);
    const second = first && parseTimestamp(after);
    if (first && second) return this.#moments({ before, after, first, second }, spot);

    const readings = [
      () => this.#served(before, after, spot),
      () => this.#digits(before, after, spot),
      () => this.#words(before, after, spot),
      () => payloads.documents(before, after, spot),
      () => this.#urls(before, after, spot),
      () => this.#opaque(before, after, spot),
      () => payloads.encodedTexts(before, after, spot),
    ];
    let note: string | undefined;
    for (const reading of isDeep ? [] : readings) {
      const explanation = reading();
      if (explanation?.severity === 'equivalent') return explanation;
      note ??= explanation?.note;
    }
    return unexplained(note ?? this.#knownOtherwise(before, after, spot));
  }

  number(before: string, after: string, spot: ValueSpot): Explanation {
    if (this.#isRenamed(before, after, spot.path)) return byRenaming;
    const explanation = this.#digits(before, after, spot) ?? this.#words(before, after, spot);
    if (explanation?.severity === 'equivalent') return explanation;
    return unexplained(explanation?.note ?? this.#knownOtherwise(before, after, spot));
  }

  #isRenamed(before: string, after: string, path: ValuePath): boolean {
    if (this.#renames.isEmpty || !(isDistinctive(before) || isIdentityName(nameIn(path)))) return false;
    if (!this.#renames.freshOf(before, path).includes(after)) return false;
    this.#renames.join({ baseline: before, fresh: after, place: '' });
    return true;
  }

  #knownOtherwise(before: string, after: string, { path, place }: ValueSpot): string | undefined {
    if (this.#renames.isEmpty || !(isDistinctive(before) || isIdentityName(nameIn(path)))) return undefined;
    return this.#renames.knownOtherwise({ baseline: before, fresh: after, place }, path);
  }

  #join(before: string, after: string, place: string): Explanation {
    return this.#joined({ baseline: before, fresh: after, place });
  }

  #joined(pair: ValuePair): Explanation {
    const clash = this.#renames.join(pair);
    return clash === undefined ? byRenaming : unexplained(clash);
  }

  #moments({ before, after, first, second }: MomentTexts, { path, place, clock }: ValueSpot): Explanation {
    const isExact = first.toMs === first.fromMs && first.fromMs % 1000 !== 0;
    const pair = { baseline: before, fresh: after, place, name: nameIn(path), isExact };
    if (this.#renames.isKnownMoment(pair)) return byClock;
    if (!clock.explains(first, second)) return unexplained(clock.drift(first, second));
    const clash = this.#renames.joinMoment(pair);
    return clash === undefined ? byClock : unexplained(clash);
  }

  /** Numbers as large as times are something else more often than not, unless they are times of the recording. */
  #digits(before: string, after: string, spot: ValueSpot): Explanation | undefined {
    const first = epochTimestamp(before);
    const second = first && epochTimestamp(after);
    if (!first || !second) return undefined;
    const explanation = this.#moments({ before, after, first, second }, spot);
    return explanation.severity === 'changed' && !spot.clock.isRecent(first) ? undefined : explanation;
  }

  /** A text that names a server, with the one under test in its place. */
  #served(before: string, after: string, spot: ValueSpot): Explanation | undefined {
    const moved = this.#renames.servers.reduce(withServer, before);
    if (moved === before) return undefined;
    return moved === after ? byRenaming : this.text(moved, after, { ...spot, depth: spot.depth + 1 });
  }

  #urls(before: string, after: string, spot: ValueSpot): Explanation | undefined {
    const pairs = differingUrlParts(before, after);
    if (!pairs) return undefined;
    const parts: Explanation[] = [];
    // What a URL is signed for comes first.
    for (const pair of pairs.toSorted((a, b) => Number(isSignature(a)) - Number(isSignature(b)))) {
      if (isSignature(pair) && parts.length > 0) parts.push(byRenaming);
      else parts.push(this.text(pair.before, pair.after, { ...spot, path: pair.path, depth: spot.depth + 1 }));
      if (parts.at(-1)!.severity === 'changed') break;
    }
    return together(parts);
  }

  /** Values inside texts that agree otherwise. */
  #words(before: string, after: string, spot: ValueSpot): Explanation | undefined {
    const aligned = this.#aligned(before, after, spot);
    if (aligned?.severity === 'equivalent') return aligned;
    // What flows may hold values of several classes.
    const renamed = withRenamedWords({ text: before, start: 0, end: before.length }, this.#renames);
    return renamed === after ? byRenaming : aligned;
  }

  #aligned(before: string, after: string, spot: ValueSpot): Explanation | undefined {
    const name = nameIn(spot.path);
    const first = findVolatiles(before, { name });
    const second = findVolatiles(after, { name });
    if (first.length === 0 || first.length !== second.length) return undefined;
    let beforeAt = 0;
    let afterAt = 0;
    for (let i = 0; i <= first.length; i++) {
      const a = first[i] ?? { start: before.length, end: before.length };
      const b = second[i] ?? { start: after.length, end: after.length };
      const literal = withRenamedWords({ text: before, start: beforeAt, end: a.start }, this.#renames);
      if (literal !== after.slice(afterAt, b.start)) return undefined;
      beforeAt = a.end;
      afterAt = b.end;
    }
    const parts: Explanation[] = [];
    for (const [i, token] of first.entries()) {
      const other = second[i]!;
      const texts = [before.slice(token.start, token.end), after.slice(other.start, other.end)] as const;
      if (texts[0] === texts[1]) continue;
      const isWhole = texts[0].length === before.length;
      const path = isWhole ? spot.path : pathBefore(before, token.start);
      parts.push(this.#token([token, other], texts, path.length > 0 ? { ...spot, path } : spot));
    }
    return together(parts);
  }

  #token(
    [token, other]: readonly [VolatileToken, VolatileToken],
    [before, after]: readonly [string, string],
    spot: ValueSpot,
  ): Explanation {
    if (token.class === 'jwt' && token.form.startsWith('jws')) {
      return this.#payloads.jwts(before, after, spot) ?? unexplained();
    }
    if (token.class === 'timestamp') {
      const first = timestampOf(token, before);
      const second = timestampOf(other, after);
      return first && second ? this.#moments({ before, after, first, second }, spot) : unexplained();
    }
    if (this.#isRenamed(before, after, spot.path)) return byRenaming;
    const found = [
      { token, text: before },
      { token: other, text: after },
    ] as const;
    if (mayBecome(...found, { name: nameIn(spot.path), ...this.#windows })) {
      return this.#joined({ baseline: before, fresh: after, place: spot.place, isToken: true });
    }
    return unexplained(this.#knownOtherwise(before, after, spot));
  }

  #opaque(before: string, after: string, { path, place }: ValueSpot): Explanation | undefined {
    return areOpaqueTokens(before, after, nameIn(path)) ? this.#join(before, after, place) : undefined;
  }
}

interface MomentTexts {
  readonly before: string;
  readonly after: string;
  readonly first: Timestamp;
  readonly second: Timestamp;
}

function stretchOf({ startMs, endMs, sinceMs = startMs }: CaptureWindow): TimeStretch {
  return { fromMs: sinceMs, toMs: endMs };
}

/** A text with a base URL or authority replaced where it stands, with no more of a host or port on either side. */
function withServer(text: string, [recorded, fresh]: readonly [string, string]): string {
  let result = '';
  let copied = 0;
  for (let at = text.indexOf(recorded); at !== -1; at = text.indexOf(recorded, at + recorded.length)) {
    const end = at + recorded.length;
    if (/[\w.-]/.test(text.charAt(at - 1)) || /^(?:[\w-]|[.:]\w)/.test(text.slice(end, end + 2))) continue;
    result += text.slice(copied, at) + fresh;
    copied = end;
  }
  return result + text.slice(copied);
}

function isSignature({ path, before }: UrlPartPair): boolean {
  const name = nameIn(path);
  return findVolatiles(`${name}=${before}`).some((token) => token.class === 'signature');
}

/** The time that a token tells: as in JSON, percent-encoded, without separators, or a day alone. */
function timestampOf({ form, at }: VolatileToken, text: string): Timestamp | undefined {
  const read = parseTimestamp(decodeComponent(text)) ?? epochTimestamp(text);
  return read ?? (at && { ...at, form });
}
