import type { JsonValue } from '../model/json-value.ts';
import { longestIncreasing } from './longest-increasing.ts';

/** Which element of the baseline array belongs to which of the fresh one; index −1 where there is none. */
export interface AlignedElement {
  readonly baseline: number;
  readonly fresh: number;
  /** Belongs together, but stands elsewhere among the others. */
  readonly moved: boolean;
  /** They were found equal when they were paired. */
  readonly isEqual?: boolean;
}

/** Neighbouring elements without a partner, between two that have one on each side. */
export interface Gap {
  readonly baseline: readonly number[];
  readonly fresh: readonly number[];
}

/** The elements of two arrays while they are being paired. */
export class ElementPairs {
  readonly baseline: readonly JsonValue[];
  readonly fresh: readonly JsonValue[];
  /** Fresh index of each baseline element, −1 while there is none. */
  readonly partner: Int32Array;
  /** Baseline index of each fresh element. */
  readonly source: Int32Array;
  readonly #equal: Uint8Array;
  readonly #closed = { baseline: new Set<number>(), fresh: new Set<number>() };

  constructor(baseline: readonly JsonValue[], fresh: readonly JsonValue[]) {
    this.baseline = baseline;
    this.fresh = fresh;
    this.partner = new Int32Array(baseline.length).fill(-1);
    this.source = new Int32Array(fresh.length).fill(-1);
    this.#equal = new Uint8Array(baseline.length);
  }

  pair(baseline: number, fresh: number): void {
    this.partner[baseline] = fresh;
    this.source[fresh] = baseline;
  }

  pairEqual(baseline: number, fresh: number): void {
    this.pair(baseline, fresh);
    this.#equal[baseline] = 1;
  }

  /** It has no partner, and is not to get one. */
  close(side: 'baseline' | 'fresh', index: number): void {
    this.#closed[side].add(index);
  }

  /** Is one of these two not to get a partner, or has it one? */
  isClosed(baseline: number, fresh: number): boolean {
    if (this.partner[baseline] !== -1 || this.source[fresh] !== -1) return true;
    return this.#closed.baseline.has(baseline) || this.#closed.fresh.has(fresh);
  }

  /** Indexes of elements that wait for a partner. */
  waiting(side: 'baseline' | 'fresh'): number[] {
    const partners = side === 'baseline' ? this.partner : this.source;
    const closed = this.#closed[side];
    const indexes: number[] = [];
    for (const [index, partner] of partners.entries()) {
      if (partner === -1 && !closed.has(index)) indexes.push(index);
    }
    return indexes;
  }

  /** Stretches of waiting elements between pairs that have kept their order. */
  gaps(): Gap[] {
    const waiting = { baseline: this.waiting('baseline'), fresh: this.waiting('fresh') };
    if (waiting.baseline.length === 0 || waiting.fresh.length === 0) return [];
    const gaps: Gap[] = [];
    const anchors = longestIncreasing(this.partner);
    let [nextBaseline, nextFresh] = [0, 0];
    const close = (baselineEnd: number, freshEnd: number): void => {
      const gap = { baseline: [] as number[], fresh: [] as number[] };
      while (waiting.baseline[nextBaseline]! < baselineEnd) gap.baseline.push(waiting.baseline[nextBaseline++]!);
      while (waiting.fresh[nextFresh]! < freshEnd) gap.fresh.push(waiting.fresh[nextFresh++]!);
      if (gap.baseline.length > 0 && gap.fresh.length > 0) gaps.push(gap);
    };
    for (const [index, isAnchor] of anchors.entries()) if (isAnchor === 1) close(index, this.partner[index]!);
    close(this.baseline.length, this.fresh.length);
    return gaps;
  }

  /** Does every index belong to itself? */
  get isInPlace(): boolean {
    if (this.baseline.length !== this.fresh.length) return false;
    return this.partner.every((fresh, index) => fresh === index);
  }

  /** In the order of the fresh array, removed elements where they were. */
  inOrder(): AlignedElement[] {
    const anchors = longestIncreasing(this.partner);
    const elements: AlignedElement[] = [];
    let before = 0;
    const removedUpTo = (end: number): void => {
      for (; before < end; before++) {
        if (this.partner[before] === -1) elements.push({ baseline: before, fresh: -1, moved: false });
      }
    };
    for (const [fresh, baseline] of this.source.entries()) {
      const isAnchor = baseline !== -1 && anchors[baseline] === 1;
      if (isAnchor) removedUpTo(baseline);
      elements.push({
        baseline,
        fresh,
        moved: baseline !== -1 && !isAnchor,
        isEqual: baseline !== -1 && this.#equal[baseline] === 1,
      });
    }
    removedUpTo(this.baseline.length);
    return elements;
  }
}
