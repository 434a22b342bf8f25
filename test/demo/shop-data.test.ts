import { describe, expect, it, onTestFinished } from 'vitest';
import { ShopData } from '../../src/demo/shop-data.ts';
import { demoCustomer } from '../../src/demo/shop-session.ts';

function openData(): ShopData {
  const data = new ShopData(':memory:');
  onTestFinished(() => data.close());
  return data;
}

describe('ShopData', () => {
  it('pages through its products and says where the next page starts', () => {
    const data = openData();
    const first = data.products(0, 6);
    expect(first.items).toHaveLength(6);
    expect(first.lastNumber).toBe(6);
    const second = data.products(6, 6);
    expect(second.items).toHaveLength(4);
    expect(second.lastNumber).toBeUndefined();
  });

  it('logs a customer in with the right password only, until she logs out', () => {
    const data = openData();
    expect(data.logIn(demoCustomer.email, 'wrong')).toBeUndefined();
    expect(data.logIn('nobody@example.com', demoCustomer.password)).toBeUndefined();
    const login = data.logIn(demoCustomer.email, demoCustomer.password)!;
    expect(data.customerOf(login.token)).toMatchObject({ name: 'Ada Byron' });
    data.logOut(login.token);
    expect(data.customerOf(login.token)).toBeUndefined();
  });

  it('keeps an order with its changes and events until it is deleted', () => {
    const data = openData();
    const { customer } = data.logIn(demoCustomer.email, demoCustomer.password)!;
    const line = { product_id: 'moka-pot', quantity: 1, unit_price_cents: 3490 };
    const order = data.createOrder(customer, [line]);
    data.changeLines(order.id, [{ ...line, quantity: 3 }]);
    data.pay(order.id);
    expect(data.order(customer, order.id)).toMatchObject({ status: 'paid', lines: [{ quantity: 3 }] });
    expect(data.events(order.id)).toEqual(['created', 'changed', 'paid']);
    expect(data.orders(customer)).toHaveLength(1);
    data.deleteOrder(order.id);
    expect(data.order(customer, order.id)).toBeUndefined();
  });
});
