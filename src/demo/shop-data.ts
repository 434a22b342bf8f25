import { randomBytes, randomUUID, scryptSync } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { OrderLine, Product } from './shop-versions.ts';

/**
 * The shop's own database: the example keeps its data as any small service would, with what Node brings along, and
 * shares nothing with Retake's cassettes.
 */
export interface Order {
  readonly id: string;
  readonly status: 'open' | 'paid';
  readonly lines: readonly OrderLine[];
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Customer {
  readonly id: number;
  readonly name: string;
  readonly email: string;
}

interface OrderRow {
  readonly id: string;
  readonly status: Order['status'];
  readonly lines: string;
  readonly created_at: string;
  readonly updated_at: string;
}

const schema = `
  CREATE TABLE product (number INTEGER PRIMARY KEY, id TEXT UNIQUE, name TEXT, description TEXT,
    price_cents INTEGER, stock INTEGER, rating REAL, colour TEXT);
  CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, email TEXT UNIQUE, salt TEXT, password_hash TEXT);
  CREATE TABLE login (token TEXT PRIMARY KEY, customer_id INTEGER REFERENCES customer);
  CREATE TABLE purchase (number INTEGER PRIMARY KEY, id TEXT UNIQUE, customer_id INTEGER REFERENCES customer,
    status TEXT, lines TEXT, created_at TEXT, updated_at TEXT);
  CREATE TABLE purchase_event (number INTEGER PRIMARY KEY, purchase_id TEXT, name TEXT);
`;

const products: readonly [
  id: string,
  name: string,
  description: string,
  cents: number,
  stock: number,
  stars: number,
  colour: string,
][] = [
  ['moka-pot', 'Moka pot', 'Six cups of strong coffee from the stove.', 3490, 12, 4.6, '5b4636'],
  ['hand-grinder', 'Hand grinder', 'Steel burrs, eighteen settings, no cable.', 8900, 5, 4.8, '7a7f85'],
  ['pour-over-kettle', 'Pour-over kettle', 'A gooseneck spout and a thermometer in the lid.', 5450, 8, 4.4, 'b4552d'],
  ['paper-filters', 'Paper filters', 'A hundred, unbleached, size four.', 690, 200, 4.1, 'c9b48a'],
  ['espresso-cups', 'Espresso cups', 'Four cups of thick porcelain, 60 ml each.', 2400, 20, 4.7, '2f6f73'],
  ['milk-jug', 'Milk jug', 'Half a litre, for patient pourers.', 1990, 15, 4.3, '8a8d91'],
  ['kitchen-scale', 'Kitchen scale', 'Weighs to a tenth of a gram and counts the seconds.', 4200, 9, 4.5, '3a3f47'],
  ['ethiopia-250g', 'Ethiopia, 250 g', 'Washed Yirgacheffe: bergamot, peach, black tea.', 1350, 60, 4.9, 'a63d40'],
  ['colombia-250g', 'Colombia, 250 g', 'Huila, honey process: caramel and red apple.', 1250, 55, 4.6, 'd08c2e'],
  ['cleaning-brush', 'Cleaning brush', 'For everything the hand grinder keeps.', 480, 80, 4.0, '6b8e5a'],
];

export class ShopData {
  readonly #db: DatabaseSync;

  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    this.#db.exec(schema);
    const addProduct = this.#db.prepare('INSERT INTO product VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)');
    for (const product of products) addProduct.run(...product);
    const salt = randomUUID();
    this.#db
      .prepare('INSERT INTO customer VALUES (NULL, ?, ?, ?, ?)')
      .run('Ada Byron', 'ada@example.com', salt, passwordHash('analytical-engine', salt));
  }

  /** At most `limit` products with a number above `after`, and whether there are more. */
  products(after: number, limit: number): { items: Product[]; lastNumber: number | undefined } {
    const rows = this.#db
      .prepare('SELECT * FROM product WHERE number > ? ORDER BY number LIMIT ?')
      .all(after, limit + 1) as unknown as (Product & { number: number; colour: string })[];
    const page = rows.slice(0, limit);
    return {
      items: page.map(({ number: _number, colour: _colour, ...product }) => product),
      lastNumber: rows.length > limit ? page.at(-1)?.number : undefined,
    };
  }

  product(id: string): { product: Product; colour: [number, number, number] } | undefined {
    const row = this.#db.prepare('SELECT * FROM product WHERE id = ?').get(id) as
      | (Product & { number: number; colour: string })
      | undefined;
    if (!row) return undefined;
    const { number: _number, colour, ...product } = row;
    return { product, colour: [...Buffer.from(colour, 'hex')] as [number, number, number] };
  }

  /** A new token, when the password is right. */
  logIn(email: string, password: string): { customer: Customer; token: string } | undefined {
    const row = this.#db.prepare('SELECT * FROM customer WHERE email = ?').get(email) as
      | (Customer & { salt: string; password_hash: string })
      | undefined;
    if (!row || row.password_hash !== passwordHash(password, row.salt)) return undefined;
    const token = `shop_${randomBytes(20).toString('hex')}`;
    this.#db.prepare('INSERT INTO login VALUES (?, ?)').run(token, row.id);
    return { customer: { id: row.id, name: row.name, email: row.email }, token };
  }

  logOut(token: string): void {
    this.#db.prepare('DELETE FROM login WHERE token = ?').run(token);
  }

  customerOf(token: string): Customer | undefined {
    return this.#db
      .prepare('SELECT id, name, email FROM customer WHERE id = (SELECT customer_id FROM login WHERE token = ?)')
      .get(token) as Customer | undefined;
  }

  createOrder(customer: Customer, lines: readonly OrderLine[]): Order {
    const id = `ord_${randomBytes(12).toString('hex')}`;
    const now = new Date().toISOString();
    this.#db
      .prepare('INSERT INTO purchase VALUES (NULL, ?, ?, ?, ?, ?, ?)')
      .run(id, customer.id, 'open', JSON.stringify(lines), now, now);
    this.#addEvent(id, 'created');
    return { id, status: 'open', lines, created_at: now, updated_at: now };
  }

  order(customer: Customer, id: string): Order | undefined {
    const row = this.#db.prepare('SELECT * FROM purchase WHERE customer_id = ? AND id = ?').get(customer.id, id);
    return row && toOrder(row as unknown as OrderRow);
  }

  orders(customer: Customer): Order[] {
    const rows = this.#db.prepare('SELECT * FROM purchase WHERE customer_id = ? ORDER BY number').all(customer.id);
    return (rows as unknown as OrderRow[]).map(toOrder);
  }

  changeLines(id: string, lines: readonly OrderLine[]): void {
    this.#db
      .prepare('UPDATE purchase SET lines = ?, updated_at = ? WHERE id = ?')
      .run(JSON.stringify(lines), new Date().toISOString(), id);
    this.#addEvent(id, 'changed');
  }

  pay(id: string): void {
    this.#db
      .prepare(`UPDATE purchase SET status = 'paid', updated_at = ? WHERE id = ?`)
      .run(new Date().toISOString(), id);
    this.#addEvent(id, 'paid');
  }

  /** What happened to an order, oldest first. */
  events(id: string): string[] {
    const rows = this.#db.prepare('SELECT name FROM purchase_event WHERE purchase_id = ? ORDER BY number').all(id);
    return rows.map((row) => String(row['name']));
  }

  #addEvent(id: string, name: 'created' | 'changed' | 'paid'): void {
    this.#db.prepare('INSERT INTO purchase_event VALUES (NULL, ?, ?)').run(id, name);
  }

  deleteOrder(id: string): void {
    this.#db.prepare('DELETE FROM purchase WHERE id = ?').run(id);
  }

  close(): void {
    this.#db.close();
  }
}

function toOrder(row: OrderRow): Order {
  const { id, status, created_at, updated_at } = row;
  return { id, status, lines: JSON.parse(row.lines) as OrderLine[], created_at, updated_at };
}

function passwordHash(password: string, salt: string): string {
  return scryptSync(password, salt, 32).toString('hex');
}
