import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createShop } from '../../src/demo/shop-server.ts';
import type { VersionNumber } from '../../src/demo/shop-versions.ts';

async function startShop(version: VersionNumber): Promise<string> {
  const shop = createShop({ version });
  shop.listen(0, '127.0.0.1');
  await once(shop, 'listening');
  onTestFinished(() => {
    shop.close();
    shop.closeAllConnections();
  });
  return `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
}

describe('the shop', () => {
  it('compresses what is worth it, only for clients that accept it', async () => {
    const url = await startShop(1);
    const zipped = await fetch(`${url}/products?limit=10`);
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    const plain = await fetch(`${url}/products?limit=10`, { headers: { 'Accept-Encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.json()).toEqual(await zipped.json());
  });

  it('answers 304 to a client that has the current version of a product', async () => {
    const url = await startShop(1);
    const etag = (await fetch(`${url}/products/moka-pot`)).headers.get('etag')!;
    const again = await fetch(`${url}/products/moka-pot`, { headers: { 'If-None-Match': etag } });
    expect(again.status).toBe(304);
    const other = await fetch(`${url}/products/moka-pot`, { headers: { 'If-None-Match': '"stale"' } });
    expect(other.status).toBe(200);
  });

  it.each([
    ['GET', '/nowhere', 404],
    ['PUT', '/products', 405],
    ['GET', '/products?limit=none', 400],
    ['GET', '/products/perpetual-motion', 404],
    ['GET', '/orders', 401],
    ['POST', '/login', 400],
  ])('refuses %s %s with %i and says why', async (method, path, status) => {
    const url = await startShop(1);
    const response = await fetch(url + path, { method });
    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty('error');
  });

  it('lets a later version add a field to products', async () => {
    const [first, second] = await Promise.all([startShop(1), startShop(2)]);
    const before = (await (await fetch(`${first}/products/moka-pot`)).json()) as object;
    const after = (await (await fetch(`${second}/products/moka-pot`)).json()) as object;
    expect(after).toEqual({ ...before, rating: 4.6 });
  });
});
