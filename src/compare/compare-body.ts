import type { BodyFacts } from '../model/exchange.ts';
import { headerValue, type RawHeaders } from '../model/headers.ts';
import type { Difference } from '../model/verdict.ts';
import { noValues, type ReadBodies } from './body-format.ts';
import { readAlike } from './body-formats.ts';
import { compareUnalike } from './compare-unalike.ts';
import type { Comparison } from './comparison.ts';
import { contentOf, type Content } from './content.ts';
import { clip, ruledDifferences } from './difference-list.ts';
import { standingAlone, type StandingValues, valuesInJson, valuesInText, valuesStandingIn } from './kept-values.ts';
import type { Renames } from './renames.ts';
import type { ComparedValues } from './rulings.ts';

/** A body as stored, with what is known about it. */
export interface ComparableBody {
  readonly headers: RawHeaders;
  readonly facts: BodyFacts;
  readonly bytes: Buffer;
  /** A stream that its client left. */
  readonly isOpen?: true;
}

/** The bodies of both sides, read when somebody needs to know what they hold: most pairs are equal bytes. */
export class BodyPair {
  readonly #baseline: ComparableBody;
  readonly #fresh: ComparableBody;
  #contents: readonly [before: Content, after: Content] | undefined;
  #read: ReadBodies | 'unalike' | undefined;

  constructor(baseline: ComparableBody, fresh: ComparableBody) {
    this.#baseline = baseline;
    this.#fresh = fresh;
  }

  /** What rules may speak of. */
  values(): ComparedValues {
    return this.#alike()?.values ?? noValues;
  }

  /** Differences of the two bodies: by meaning in a format of both, else by lines or bytes. Equal bytes have none. */
  compare(comparison: Comparison): Difference[] {
    const [baseline, fresh] = [this.#baseline, this.#fresh];
    const { rulings } = comparison;
    if (baseline.facts.truncated || fresh.facts.truncated) {
      return ruledDifferences([truncated(baseline.facts, fresh.facts)], rulings);
    }
    if (isReadAlike(baseline.headers, fresh.headers) && baseline.bytes.equals(fresh.bytes)) return [];
    const [before, after] = this.#bothContents();
    if (before.bytes.length === 0 || after.bytes.length === 0) {
      return ruledDifferences(presence(before, after), rulings);
    }
    return this.#alike()?.compare(comparison) ?? compareUnalike(before, after, comparison);
  }

  /**
   * Values that no accident makes, of both sides; undefined where there are none to be read. What these differences say
   * to be new or gone has no counterpart.
   */
  standingValues(
    renames: Renames,
    differences: readonly Difference[],
  ): readonly [before: StandingValues, after: StandingValues | 'same'] | undefined {
    const [baseline, fresh] = [this.#baseline, this.#fresh];
    if (baseline.facts.truncated || fresh.facts.truncated) return undefined;
    if (Math.max(baseline.bytes.length, fresh.bytes.length) > maxSearchedBytes) return undefined;
    if (isReadAlike(baseline.headers, fresh.headers) && baseline.bytes.equals(fresh.bytes)) {
      const values = valuesIn(readContent(baseline), renames);
      return values && [values, 'same'];
    }
    const { removed, added, isAll } = standingAlone(differences);
    const { baseline: first, fresh: second } = this.values();
    if (!isAll) return undefined;
    if (first !== undefined && second !== undefined) {
      const [content] = this.#bothContents();
      const after = valuesInJson(second, { renames, without: added });
      const plain = content.kind === 'json' && removed.size === 0 ? valuesStandingIn(content.text, after) : undefined;
      return [plain ?? valuesInJson(first, { renames, without: removed }), after];
    }
    if (removed.size + added.size > 0) return undefined;
    const [before, after] = this.#bothContents().map((content) => valuesIn(content, renames));
    return before && after && [before, after];
  }

  #alike(): ReadBodies | undefined {
    if (this.#read === undefined) {
      const isCut = this.#baseline.facts.truncated || this.#fresh.facts.truncated;
      this.#read = (isCut ? undefined : readAlike(...this.#bothContents())) ?? 'unalike';
    }
    return this.#read === 'unalike' ? undefined : this.#read;
  }

  #bothContents(): readonly [before: Content, after: Content] {
    this.#contents ??= [readContent(this.#baseline), readContent(this.#fresh)];
    return this.#contents;
  }
}

/** Larger bodies are lists and files: their values are compared where they differ, but not held against other bodies. */
const maxSearchedBytes = 4 * 1024 * 1024;

function valuesIn(content: Content, renames: Renames): StandingValues | undefined {
  if (content.kind === 'json') return valuesInJson(content.value, { renames });
  return content.kind === 'text' ? valuesInText(content.text, renames) : undefined;
}

function readContent({ headers, bytes, isOpen }: ComparableBody): Content {
  const content = contentOf(headers, bytes);
  return isOpen ? { ...content, isOpen } : content;
}

/** Equal bytes under these headers are equal contents; most bodies are, and need not be parsed. */
function isReadAlike(before: RawHeaders, after: RawHeaders): boolean {
  return ['content-type', 'content-encoding'].every((name) => headerValue(before, name) === headerValue(after, name));
}

function presence(before: Content, after: Content): Difference[] {
  if (before.bytes.length === 0 && after.bytes.length === 0) return [];
  const at = { part: 'body', path: '', pattern: '' } as const;
  if (after.bytes.length === 0) return [{ ...at, kind: 'removed', severity: 'broken', before: preview(before) }];
  return [{ ...at, kind: 'added', severity: 'added', after: preview(after) }];
}

function preview(content: Content): string {
  return content.kind === 'bytes' ? `${content.bytes.length} bytes` : clip(content.text);
}

function truncated(before: BodyFacts, after: BodyFacts): Difference {
  const words = ({ sizeBytes, fullSizeBytes }: BodyFacts): string => `${sizeBytes} of ${fullSizeBytes} bytes stored`;
  return {
    part: 'body',
    path: '',
    pattern: '',
    kind: 'changed',
    severity: 'changed',
    before: words(before),
    after: `${words(after)}; a body that was not stored whole cannot be judged`,
  };
}
