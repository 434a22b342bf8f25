import { expect, test } from 'vitest';
import { findFlows } from '../../src/proxy/find-flows.ts';
import { cassetteOf, openReader, responseOutcome } from '../support/cassette.ts';

const json = responseOutcome({ headers: ['Content-Type', 'application/json'] });

test('a value that a response issues and a later request needs is found in what is stored', () => {
  const reader = openReader(
    cassetteOf([
      { method: 'POST', target: '/orders', outcome: json, responseBytes: '{"id":"ord_8f3a2c91"}' },
      { target: '/orders/ord_8f3a2c91', outcome: json, responseBytes: '{"id":"ord_8f3a2c91"}' },
    ]),
  );
  expect(findFlows(reader, reader.session().id)).toMatchObject([
    { from: 0, fromPlace: 'json:/id', to: 1, toPlace: 'path:1', value: 'ord_8f3a2c91' },
  ]);
});

test('bodies that are no documents, or very large ones, are not read', () => {
  const large = `{"id":"ord_8f3a2c91","pad":"${'x'.repeat(1024 * 1024)}"}`;
  const image = responseOutcome({ headers: ['Content-Type', 'image/png'] });
  const reader = openReader(
    cassetteOf([
      { target: '/a', outcome: json, responseBytes: large },
      { target: '/b', outcome: image, responseBytes: '{"id":"ord_8f3a2c91"}' },
      { target: '/orders/ord_8f3a2c91' },
    ]),
  );
  expect(findFlows(reader, reader.session().id)).toEqual([]);
});
