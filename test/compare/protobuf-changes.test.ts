import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareOutcomes } from '../../src/compare/compare-outcomes.ts';
import { noRenames, response } from '../support/comparable.ts';
import { frame, message } from '../support/protobuf.ts';

type Leaf = number | string | { readonly double: number };
type Field = [number: number, value: Leaf | { readonly fields: Field[] }];

/** Fields by number: 1 and 5 hold integers, 2 texts, 3 messages, 4 doubles. */
const { fields } = fc.letrec<{ fields: Field[] }>((tie) => ({
  fields: fc.array(
    fc.oneof(
      { maxDepth: 3 },
      fc.tuple(fc.constantFrom(1, 5), fc.nat()),
      fc.tuple(fc.constant(2), fc.string()),
      fc.tuple(
        fc.constant(4),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((double) => ({ double })),
      ),
      fc.tuple(fc.constant(3), fc.record({ fields: tie('fields') })),
    ),
    { maxLength: 5 },
  ),
}));

function encode(all: readonly Field[]): Buffer {
  return message(
    ...all.map(
      ([number, value]) =>
        [number, typeof value === 'object' && 'fields' in value ? encode(value.fields) : value] as const,
    ),
  );
}

/** The same message with its leaf of this number (counted over) changed; undefined when it has none. */
function changed(all: readonly Field[], at: number): Field[] | undefined {
  const copy = structuredClone(all) as Field[];
  const leaves: Field[] = [];
  const visit = (field: Field): void => {
    if (typeof field[1] === 'object' && 'fields' in field[1]) field[1].fields.forEach(visit);
    else leaves.push(field);
  };
  copy.forEach(visit);
  const leaf = leaves[at % Math.max(leaves.length, 1)];
  if (!leaf) return undefined;
  const [, value] = leaf as [number, Leaf];
  if (typeof value === 'number') leaf[1] = value + 1 + (at % 300);
  else if (typeof value === 'string') leaf[1] = `${value}${String.fromCodePoint(33 + (at % 90))}`;
  else leaf[1] = { double: Math.abs(value.double) < 1e300 ? value.double * 1.5 + 1 : 1 };
  return copy;
}

const answer = (payload: Buffer) =>
  response({ headers: ['content-type', 'application/grpc'], trailers: ['grpc-status', '0'], body: frame(payload) });

test('whatever value changes in whatever message, it is told', () => {
  fc.assert(
    fc.property(fields, fc.nat(), (before, at) => {
      const after = changed(before, at);
      fc.pre(after !== undefined && !encode(after).equals(encode(before)));
      const differences = compareOutcomes(answer(encode(before)), answer(encode(after)), { renames: noRenames });
      expect(differences.filter(({ severity }) => severity !== 'equivalent')).not.toEqual([]);
    }),
    { numRuns: 300 },
  );
});
