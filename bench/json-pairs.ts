/** Two JSON documents that a benchmark compares. */
export interface JsonPair {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** Numbers below a limit, the same at every run. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Item = ReturnType<typeof itemOf>;

/** About 250 bytes. `version` changes every value but its type. */
function itemOf(index: number, version: number) {
  const random = numbersFrom(index * 31 + version);
  return {
    id: `ord_${index}_${version}`,
    name: `Item number ${index} v${version}`,
    price: random(1e6) / 100,
    quantity: random(1000),
    tags: [`a${version}`, `t${random(500)}`],
    address: { street: `Street ${random(1000)}`, city: `City ${version}`, zip: String(random(1e5)) },
    createdAt: new Date(17e11 + index * 1000 + version).toISOString(),
    active: (index + version) % 2 === 0,
    note: null,
  };
}

const itemBytes = 230;

/** From 10 KB to 10 MB, each with a few changes, with every value changed, and with one element inserted at the front. */
export function sizedPairs(): (() => JsonPair)[] {
  return [10e3, 100e3, 1e6, 10e6].flatMap((bytes) => {
    const count = Math.round(bytes / itemBytes);
    const list = (version: number): Item[] => Array.from({ length: count }, (_, index) => itemOf(index, version));
    const pair = (change: string, before: () => unknown[], after: () => unknown[]) => (): JsonPair => ({
      name: `${bytes / 1000} KB, ${change}`,
      before: JSON.stringify({ items: before() }),
      after: JSON.stringify({ items: after() }),
    });
    const step = Math.max(1, Math.floor(count / 100));
    const touched = () => list(0).map((item, at) => (at % step === step - 1 ? { ...item, price: -1 } : item));
    const withoutId = (version: number) => list(version).map((item) => ({ ...item, id: undefined }));
    return [
      pair(`${Math.floor(count / step)} changes`, () => list(0), touched),
      pair(
        'every value another',
        () => list(0),
        () => list(1),
      ),
      pair(
        'one inserted at the front',
        () => list(0),
        () => [itemOf(count, 2), ...list(0)],
      ),
      pair(
        'one inserted at the front, no ids',
        () => withoutId(0),
        () => [itemOf(count, 2), ...withoutId(0)],
      ),
    ];
  });
}

const many = 100_000;

/** What makes alignments slow: arrays of 100,000 elements that share nothing, or everything in another order. */
export function worstPairs(): (() => JsonPair)[] {
  const list = (make: (index: number) => unknown): unknown[] => Array.from({ length: many }, (_, index) => make(index));
  const pair = (name: string, before: () => unknown, after: () => unknown) => (): JsonPair => ({
    name: `${many.toLocaleString('en')} ${name}`,
    before: JSON.stringify(before()),
    after: JSON.stringify(after()),
  });
  const numbers = () => list((index) => index);
  const objects = (version: number) =>
    list((index) => ({ text: `text ${index} ${version}`, at: { n: index + version } }));
  return [
    pair('numbers, all others', numbers, () => list((index) => -index - 1)),
    pair('numbers, reversed', numbers, () => numbers().toReversed()),
    pair(
      'digits, other ones',
      () => list((index) => (index * 7919) % 10),
      () => list((index) => index ** 2 % 10),
    ),
    pair(
      'objects, all others',
      () => objects(0),
      () => objects(many),
    ),
    pair(
      'objects, a hundred removed',
      () => objects(0),
      () => objects(0).filter((_, index) => index % 1000 !== 7),
    ),
  ];
}
