import { describe, expect, test } from 'vitest';
import type { ValueFlow } from '../../src/model/flow.ts';
import { RequestTemplates } from '../../src/suite/request-templates.ts';
import { cassetteOf, openReader, openWriter } from '../support/cassette.ts';
import { valueFlow } from '../support/value-flow.ts';

type Recorded = Parameters<typeof cassetteOf>[0];

function templates(exchanges: Recorded, flows: readonly ValueFlow[] = []): string[] {
  const file = cassetteOf(exchanges);
  const writer = openWriter(file);
  writer.addFlows(writer.reader().session().id, flows);
  writer.close();
  const reader = openReader(file);
  const session = reader.session();
  const known = new RequestTemplates(reader, session);
  return Array.from(reader.exchanges(session.id), (exchange) => known.of(exchange));
}

const graphql = (query: string): Recorded[number] => ({
  method: 'POST',
  target: '/graphql',
  requestHeaders: ['Content-Type', 'application/json'],
  requestBytes: JSON.stringify({ query }),
});

describe('what the requests of a session are examples of', () => {
  test('queries do not count, identifiers are one', () => {
    expect(templates([{ target: '/orders?page=1' }, { target: '/orders/17?full=1' }])).toEqual([
      '/orders',
      '/orders/{id}',
    ]);
  });

  test('a value that a response issued is an identifier, also behind an empty segment', () => {
    const flows = [
      valueFlow({ from: 0, to: 1, toPlace: 'path:2' }),
      valueFlow({ from: 0, to: 1, toPlace: 'query:q[0]' }),
    ];
    expect(templates([{ target: '/products' }, { target: '//products/teapot' }], flows)).toEqual([
      '/products',
      '/products/{id}',
    ]);
  });

  test('GraphQL operations are told apart by their names', () => {
    expect(
      templates([graphql('query Orders { orders { id } }'), graphql('mutation { pay }'), graphql('no document')]),
    ).toEqual(['/graphql query Orders', '/graphql mutation', '/graphql']);
  });
});
