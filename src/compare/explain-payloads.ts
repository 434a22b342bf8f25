import { isDistinctive, isIdentityName } from '../model/identity.ts';
import {
  ExactNumber,
  isJsonArray,
  isJsonObject,
  type JsonObject,
  jsonText,
  type JsonValue,
} from '../model/json-value.ts';
import { epochTimestamp } from '../model/volatile.ts';
import type { Clock } from './clock.ts';
import { byRenaming, type Explanation, together, unexplained, type ValueSpot } from './explanation.ts';
import { jsonEqual, member } from './json-equal.ts';
import { base64Inside, jsonInside, jwtPayload, type JwtPayload } from './payload.ts';
import { nameIn } from './renamed-words.ts';
import type { ValuePath } from './renames.ts';

/** How the values inside a payload are explained. */
export interface ValueReader {
  text(before: string, after: string, spot: ValueSpot): Explanation;
  number(before: string, after: string, spot: ValueSpot): Explanation;
  /** Is the one what the other is called in this run, by what flows? */
  isRenamed(before: string, after: string, spot: ValueSpot): boolean;
  join(before: string, after: string, place: string): Explanation;
}

/** Claims that say when, best first: others are told from there. */
const anchorClaims = ['iat', 'auth_time', 'nbf'];

/** The claim that says who, beside those named like identifiers (RFC 7519 §4.1.2). */
const subject = 'sub';

/** What `{` and `[` begin with in base64. */
const documentInBase64 = /^[eW]/;

/** Values in notes are cut to this length. */
const shownLength = 40;

/** Explains documents that stand inside a text, by their members. */
export class ExplainPayloads {
  readonly #reader: ValueReader;

  constructor(reader: ValueReader) {
    this.#reader = reader;
  }

  /** Two signed tokens; undefined when one of the two is none. */
  jwts(before: string, after: string, spot: ValueSpot): Explanation | undefined {
    const first = jwtPayload(before);
    const second = first && jwtPayload(after);
    if (!first || !second) return undefined;
    const isCarried = this.#reader.isRenamed(before, after, spot);
    const inside = { ...deeper(spot), clock: clockOf(first, second, spot.clock), isCarried, keys: [] };
    const whole = together([
      ...this.#tree(first.header, second.header, { ...inside, label: 'header' }),
      ...this.#tree(first.claims, second.claims, { ...inside, label: 'claim' }),
    ]);
    if (whole?.severity === 'changed') return whole;
    if ((first.signature === '') !== (second.signature === '')) return unexplained('one of the two is not signed');
    // Signatures by elliptic curves and PSS are random (RFC 7518 §3.4, §3.5); others change only with what they sign.
    const { alg } = first.header;
    const isRandom = typeof alg === 'string' && /^(?:ES|PS)\d/.test(alg);
    return whole || isRandom ? byRenaming : unexplained('the signature differs, header and claims agree');
  }

  /** Two texts that are objects or arrays in JSON. */
  documents(before: string, after: string, spot: ValueSpot): Explanation | undefined {
    return this.#documents(jsonInside(before), jsonInside(after), { ...deeper(spot), isCarried: false });
  }

  /** The same in base64. */
  encodedDocuments(before: string, after: string, spot: ValueSpot): Explanation | undefined {
    if (!documentInBase64.test(before)) return undefined;
    const texts = bothDecoded(before, after);
    if (!texts) return undefined;
    const documents = texts.map(jsonInside);
    if (documents.includes(undefined)) return undefined;
    const isCarried = this.#reader.isRenamed(before, after, spot);
    return this.#documents(documents[0], documents[1], { ...deeper(spot), isCarried });
  }

  /** Any other text in base64. */
  encodedTexts(before: string, after: string, spot: ValueSpot): Explanation | undefined {
    const texts = bothDecoded(before, after);
    return texts && this.#reader.text(texts[0]!, texts[1]!, deeper(spot));
  }

  #documents(
    before: JsonValue | undefined,
    after: JsonValue | undefined,
    spot: ValueSpot & Pick<TreeSpot, 'isCarried'>,
  ): Explanation | undefined {
    if (before === undefined || after === undefined) return undefined;
    // Another spelling of the same is not for us to explain.
    return together(this.#tree(before, after, { ...spot, label: 'member', keys: [] })) ?? unexplained();
  }

  /** What each place at which two documents differ means; the first finding ends it. */
  #tree(before: JsonValue, after: JsonValue, spot: TreeSpot): readonly Explanation[] {
    const isList = isJsonArray(before) && isJsonArray(after) && before.length === after.length;
    if (!isList && !(isJsonObject(before) && isJsonObject(after))) {
      return jsonEqual(before, after) ? [] : [this.#leaf(before, after, spot)];
    }
    const parts: Explanation[] = [];
    const [first, second] = [before, after] as readonly JsonObject[] as readonly [JsonObject, JsonObject];
    for (const key of new Set([...Object.keys(first), ...Object.keys(second)])) {
      const [one, other] = [member(first, key), member(second, key)];
      const inner = { ...spot, keys: [...spot.keys, isList ? Number(key) : key] };
      if (one === undefined || other === undefined) {
        parts.push(unexplained(`${labelOf(inner)} is ${one === undefined ? 'new' : 'gone'}`));
      } else parts.push(...this.#tree(one, other, inner));
      if (parts.at(-1)?.severity === 'changed') break;
    }
    return parts;
  }

  #leaf(before: JsonValue, after: JsonValue, spot: TreeSpot): Explanation {
    const label = labelOf(spot);
    const change = `${label}: ${shortJson(before)} → ${shortJson(after)}`;
    const name = nameIn(spot.keys);
    const isSubject = spot.label === 'claim' && name === subject;
    const path = isSubject ? [subject, 'id'] : name === '' ? spot.path : spot.keys;
    const inner = { ...spot, path, place: `${spot.place} ${label}`.trim() };
    const isText = typeof before === 'string' && typeof after === 'string';
    if (!isText && !(isNumber(before) && isNumber(after))) return unexplained(change);
    const [first, second] = isText ? [before, after] : [jsonText(before), jsonText(after)];
    const explanation = this.#reader[isText ? 'text' : 'number'](first, second, inner);
    if (explanation.severity === 'equivalent') return explanation;
    if (explanation.note !== undefined) return unexplained(`${label}: ${explanation.note}`);
    if (!spot.isCarried || !(isSubject || isIdentityName(name))) return unexplained(change);
    // Servers count their users or draw an identifier for them; a name or an address is one that somebody has.
    if (![first, second].every((value) => isDistinctive(value) || /^\d+$/.test(value))) return unexplained(change);
    // Short values are other things' names as well; here they are those of this member only.
    return this.#reader.join(`${name} ${first}`, `${name} ${second}`, inner.place);
  }
}

interface TreeSpot extends ValueSpot {
  /** What its parts are called in notes, before their keys. */
  readonly label: 'header' | 'claim' | 'member';
  readonly keys: ValuePath;
  /** It flows: the client hands it back without looking into it, so that identifiers in it are the server's own. */
  readonly isCarried: boolean;
}

function deeper(spot: ValueSpot): ValueSpot {
  return { ...spot, depth: spot.depth + 1 };
}

function bothDecoded(before: string, after: string): readonly string[] | undefined {
  const first = base64Inside(before);
  const second = first === undefined ? undefined : base64Inside(after);
  return first === undefined || second === undefined ? undefined : [first, second];
}

/** A clock that also knows when these tokens were issued, if that is explained: they expire so much later. */
function clockOf(before: JwtPayload, after: JwtPayload, clock: Clock): Clock {
  for (const name of anchorClaims) {
    const [first, second] = [before, after].map(({ claims }) => {
      const value = member(claims, name);
      return typeof value === 'number' ? epochTimestamp(value) : undefined;
    });
    if (!first || !second || !clock.explains(first, second)) continue;
    return clock.with({ baselineMs: first.fromMs, freshMs: second.fromMs });
  }
  return clock;
}

function labelOf({ label, keys }: TreeSpot): string {
  return keys.length === 0 ? label : `${label} ${keys.join('.')}`;
}

function shortJson(value: JsonValue): string {
  const text = typeof value === 'string' ? value : jsonText(value);
  return text.length <= shownLength ? text : `${text.slice(0, shownLength - 1)}…`;
}

function isNumber(value: JsonValue): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}
