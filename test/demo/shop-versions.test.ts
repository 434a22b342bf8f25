import { describe, expect, it } from 'vitest';
import { type Product, shopVersions } from '../../src/demo/shop-versions.ts';

const lines = [
  { product_id: 'moka-pot', quantity: 2, unit_price_cents: 3490 },
  { product_id: 'milk-jug', quantity: 1, unit_price_cents: 1990 },
];
const product: Product = { id: 'x', name: 'X', description: 'd', price_cents: 1, stock: 2, rating: 4.5 };

describe('the two versions of the shop', () => {
  it('differ in the total of an order: version 2 forgets the quantity', () => {
    expect(shopVersions[1].orderTotalCents(lines)).toBe(8970);
    expect(shopVersions[2].orderTotalCents(lines)).toBe(5480);
  });

  it('differ in what a product shows: version 2 adds its rating', () => {
    expect(shopVersions[1].showProduct(product)).not.toHaveProperty('rating');
    expect(shopVersions[2].showProduct(product)).toEqual(product);
  });
});
