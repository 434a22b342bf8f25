import { describe, expect, test } from 'vitest';
import type { KeyedRequest } from '../../src/match/canonical-request.ts';
import { nearest } from '../../src/match/nearest.ts';

function request(method: string, target: string, body?: unknown): KeyedRequest {
  const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  return { targetName: 'default', method, target, headers: ['Content-Type', 'application/json'], body: content };
}

/** Targets of the recordings, nearest first. */
function order(incoming: KeyedRequest, recorded: readonly KeyedRequest[], limit = recorded.length): string[] {
  return nearest({ request: incoming, countingFor: () => ({ masks: [] }) }, recorded, limit).map(
    (miss) => `${miss.recorded.method} ${miss.recorded.target}`,
  );
}

describe('near misses', () => {
  test('one other query value is nearer than another method, and that nearer than another path', () => {
    const incoming = request('GET', '/orders/7?page=2&size=10');
    const sorted = [
      request('GET', '/orders/7?page=3&size=10'),
      request('GET', '/orders/7'),
      request('POST', '/orders/7?page=2&size=10'),
      request('GET', '/orders/8?page=2&size=10'),
      request('GET', '/orders?page=2&size=10'),
      request('GET', '/items/8/x?page=2&size=10'),
      request('DELETE', '/else'),
    ];
    expect(order(incoming, sorted.toReversed())).toEqual(sorted.map(({ method, target }) => `${method} ${target}`));
  });

  test('a body that differs in one of many values is nearer than one that differs in all', () => {
    const incoming = request('POST', '/a', { x: 1, y: 2, z: 3 });
    const near = request('POST', '/a', { x: 1, y: 2, z: 4 });
    const far = request('POST', '/a', { q: 1 });
    const [first, second] = nearest({ request: incoming, countingFor: () => ({ masks: [] }) }, [far, near], 2);
    expect([first!.recorded, second!.recorded]).toEqual([near, far]);
    expect(first!.differences.map(({ name }) => name)).toEqual(['/z']);
  });

  test('distances run from 0 to 1', () => {
    const recorded = [request('GET', '/a'), { ...request('POST', '/b?x=1', { a: 1 }), targetName: 'other' }];
    const distances = nearest({ request: request('GET', '/a'), countingFor: () => ({ masks: [] }) }, recorded, 2).map(
      ({ distance }) => distance,
    );
    expect(distances[0]).toBe(0);
    expect(distances[1]).toBeCloseTo(1);
  });

  test('only as many as asked for are given, equally near ones in the order recorded', () => {
    const recorded = [request('GET', '/b'), request('GET', '/c'), request('GET', '/d')];
    expect(order(request('GET', '/a'), recorded, 2)).toEqual(['GET /b', 'GET /c']);
  });
});
