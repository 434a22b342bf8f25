import fc from 'fast-check';
import { expect, test } from 'vitest';
import { correlated, foundIn, type ExchangeParts } from '../support/correlated.ts';
import { FlowFinder } from '../../src/correlate/flow-finder.ts';

const kinds = ['orders', 'users', 'carts', 'invoices'] as const;

/** What a client does next: with a thing of this kind, perhaps naming one of another. */
const action = fc.record({
  kind: fc.constantFrom(...kinds),
  other: fc.constantFrom(...kinds),
  choice: fc.nat(9),
  makes: fc.boolean(),
  method: fc.constantFrom('GET', 'PUT', 'DELETE'),
  amounts: fc.record({
    quantity: fc.integer({ min: 1, max: 9 }),
    page: fc.nat(5),
    priority: fc.nat(5),
    version: fc.constant(1),
    count: fc.nat(9),
    total: fc.nat(20),
  }),
  skipped: fc.nat(2),
});

test('where every kind of thing has small numbers, and amounts are equal to them, each number finds its own thing', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 5, maxLength: 25 }), (actions) => {
      const made = new Map(kinds.map((kind) => [kind, [] as { id: number; at: number }[]]));
      const last = new Map<string, number>();
      const session: ExchangeParts[] = [];
      const links: string[] = [];
      for (const { kind, other, choice, makes, method, amounts, skipped } of actions) {
        const position = session.length;
        const pick = (of: (typeof kinds)[number]) => made.get(of)!.at(choice % Math.max(1, made.get(of)!.length));
        const one = pick(kind);
        const query = `page=${amounts.page}&limit=${amounts.total}`;
        if (one && !makes) {
          links.push(`${one.at} json:/id → ${position} path:2`);
          session.push({
            request: `${method} /api/${kind}/${one.id}?${query}`,
            send: amounts,
            answer: { id: one.id, ...amounts },
          });
          continue;
        }
        const named = other === kind ? undefined : pick(other);
        const field = `${other.slice(0, -1)}Id`;
        if (named) links.push(`${named.at} json:/id → ${position} json:/${field}`);
        const id = (last.get(kind) ?? 0) + 1 + skipped;
        last.set(kind, id);
        made.get(kind)!.push({ id, at: position });
        const send = named ? { ...amounts, [field]: named.id } : amounts;
        session.push({
          request: `POST /api/${kind}`,
          send,
          status: 201,
          answer: { id, ...amounts, lines: [{ lineNumber: amounts.count }] },
        });
      }
      expect(foundIn(session)).toEqual(links);
    }),
    { numRuns: 60 },
  );
});

test('single digits are never taken for a way, however often they agree by chance', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { minLength: 2, maxLength: 30 }), (pairs) => {
      const finder = new FlowFinder();
      for (const [i, [number, delay]] of pairs.entries()) {
        finder.addExchange(correlated(2 * i, { request: 'POST /queue/next', answer: { number } }));
        finder.addExchange(correlated(2 * i + 1, { request: `GET /wait?delay=${delay}` }));
      }
      expect(finder.flows().filter(({ value }) => value.length < 2)).toEqual([]);
    }),
  );
});
