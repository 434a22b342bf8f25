import { describe, expect, test } from 'vitest';
import { parseSelectorFor, selectExchanges } from '../../src/cli/select-exchanges.ts';
import { newExchange, newSession, openReader, tempCassette } from '../support/cassette.ts';

function selected(text: string | undefined): string[] {
  const file = tempCassette((writer) => {
    for (const name of ['first', 'second']) {
      const id = writer.beginSession(newSession({ name }));
      ['/', '/orders/7?full=1', '/orders/7/items'].forEach((target, position) => {
        writer.insertExchange(newExchange(id, { position, target, method: position === 0 ? 'POST' : 'GET' }));
      });
    }
  });
  const found = selectExchanges(openReader(file), parseSelectorFor('checkout', text));
  return [...found].map(({ session, position }) => `${session}/${position}`);
}

describe('a selector', () => {
  test.each([
    [undefined, ['first/0', 'first/1', 'first/2', 'second/0', 'second/1', 'second/2']],
    ['second', ['second/0', 'second/1', 'second/2']],
    ['second/1', ['second/1']],
    ['checkout:first/2', ['first/2']],
    ['first/3', []],
    ['GET /orders/*', ['first/1', 'second/1']],
    ['get /orders/**', ['first/1', 'first/2', 'second/1', 'second/2']],
    ['* /orders/7?full=*', ['first/1', 'second/1']],
    ['POST /**', ['first/0', 'second/0']],
    ['PATCH /**', []],
  ])('%s', (text, addresses) => {
    expect(selected(text)).toEqual(addresses);
  });

  test('of a session that is not there says which are', () => {
    expect(() => selected('third')).toThrow(
      expect.objectContaining({ code: 'SESSION_MISSING', hint: 'sessions there: first, second' }) as Error,
    );
  });

  test('that is none, or of another cassette, is a usage error', () => {
    expect(() => parseSelectorFor('checkout', '7')).toThrow('7 selects nothing');
    expect(() => parseSelectorFor('checkout', 'no such/thing/here')).toThrow('selects nothing');
    expect(() => parseSelectorFor('checkout', 'login:first/1')).toThrow('login:first/1 is not in cassette checkout');
  });
});

test('sessions longer than a page are listed to their end', () => {
  const file = tempCassette((writer) => {
    const id = writer.beginSession(newSession());
    for (let position = 0; position < 1001; position += 1) writer.insertExchange(newExchange(id, { position }));
  });
  expect([...selectExchanges(openReader(file), { kind: 'all' })]).toHaveLength(1001);
});
