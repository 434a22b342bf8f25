import { hash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BodyDigests } from '../../src/proxy/body-digests.ts';

const sha256 = (body: Buffer): string => hash('sha256', body, 'hex');

test('every body has its own sha256, however often and in whatever order it comes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 12 }), { minLength: 1, maxLength: 8 }),
      fc.array(fc.nat({ max: 7 }), { maxLength: 200 }),
      (bodies, order) => {
        const digests = new BodyDigests();
        for (const i of order) {
          const body = Buffer.from(bodies[i % bodies.length]!);
          expect(digests.of(body)).toBe(sha256(body));
        }
      },
    ),
  );
});

test('bodies that differ in one byte anywhere are told apart', () => {
  const digests = new BodyDigests();
  const body = Buffer.alloc(1024, 'x');
  for (let round = 0; round < 20; round += 1) digests.of(body);
  for (let i = 0; i < body.length; i += 7) {
    const other = Buffer.from(body);
    other[i] = 0;
    for (let round = 0; round < 20; round += 1) expect(digests.of(other)).toBe(sha256(other));
    expect(digests.of(body)).toBe(sha256(body));
  }
});

test('what is kept does not change with the memory that the body came in', () => {
  const digests = new BodyDigests();
  const memory = Buffer.from('{"a":1}');
  for (let round = 0; round < 20; round += 1) digests.of(memory);
  memory.write('{"a":2}');
  expect(digests.of(memory)).toBe(sha256(memory));
  expect(digests.of(Buffer.from('{"a":1}'))).toBe(sha256(Buffer.from('{"a":1}')));
});

test.each([0, 1, 3, 4, 4096, 4097])('a body of %i bytes', (length) => {
  const digests = new BodyDigests();
  const body = Buffer.alloc(length, 'y');
  for (let round = 0; round < 20; round += 1) expect(digests.of(body)).toBe(sha256(body));
});
