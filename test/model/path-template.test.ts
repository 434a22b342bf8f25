import { describe, expect, test } from 'vitest';
import { pathTemplate, templateSegments, templatesOf } from '../../src/model/path-template.ts';

/** Templates of requests of one session, each with the segments known to hold issued values. */
function together(...targets: readonly string[]): string[] {
  const paths = new Map(targets.map((target) => [target, templateSegments(target)]));
  return [...templatesOf(paths).values()].map((segments) => `/${segments.join('/')}`);
}

describe('the template of one path', () => {
  test.each([
    ['/orders/17/items?page=2', '/orders/{id}/items'],
    ['/orders/3fa85f64-5717-4562-b3fc-2c963f66afa6', '/orders/{id}'],
    ['/orders/ord_8f3k2x', '/orders/{id}'],
    ['/users/ada%40example.com', '/users/{id}'],
    ['/users/@me', '/users/@me'],
    ['/v2/library/alpine/blobs/sha256:0f3a', '/v2/library/alpine/blobs/{id}'],
    ['/rates/2026-01-01', '/rates/{id}'],
    ['http://shop.test/orders/17', '/orders/{id}'],
    ['/orders/', '/orders'],
    ['/', '/'],
    ['*', '/*'],
  ])('of %s is %s', (target, template) => {
    expect(pathTemplate(target)).toBe(template);
  });

  test.each(['/api/v2/orders', '/oauth2/token', '/apis/apps/v1beta1/deployments', '/base64', '/a%20long%20name'])(
    'of %s is the path itself: versions and names with a number are no identifiers',
    (path) => {
      expect(pathTemplate(path)).toBe(path);
    },
  );

  test('of a remote procedure is its name, whatever digits are in it', () => {
    expect(pathTemplate('/grpc.health.v1.Health/Check')).toBe('/grpc.health.v1.Health/Check');
    const methods = Array.from({ length: 40 }, (_, i) => `/shop.v1.OrderService/Method${'abcdefghij'[i % 10]}${i}`);
    expect(together(...methods)).toEqual(methods);
  });

  test('of hostile paths is found at once', () => {
    const started = performance.now();
    pathTemplate(`/${'a1-'.repeat(50_000)}`);
    pathTemplate(`/${'a/'.repeat(20_000)}`);
    pathTemplate('/__proto__/constructor/7');
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

describe('what else was asked', () => {
  test('tells a numbered thing from a name with a number', () => {
    expect(together('/users/user1', '/users/user2', '/hash/sha256')).toEqual([
      '/users/{id}',
      '/users/{id}',
      '/hash/sha256',
    ]);
  });

  test('makes things of the many entries of a folder, at every depth', () => {
    const names = Array.from({ length: 40 }, (_, i) => `x${'abcdefghi'[i % 9]}${'klmno'[i % 5]}`);
    expect(new Set(together(...names.map((name) => `/7/${name}/posts`)))).toEqual(new Set(['/{id}/{id}/posts']));
  });

  test('a segment that holds what a response gave is an identifier, however it looks', () => {
    const paths = new Map([['/products/teapot', ['products', 'teapot']]]);
    const templates = templatesOf(paths, (key, index) => key === '/products/teapot' && index === 1);
    expect(templates.get('/products/teapot')).toEqual(['products', '{id}']);
  });
});
