export interface Order {
  readonly id: number;
  readonly item: string;
  readonly reference: string;
  readonly placedAt: string;
}

/** What the application talks to its orders server with. */
export class OrdersClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  place(order: Pick<Order, 'item' | 'reference'>): Promise<Order> {
    return this.#ask('/orders', { method: 'POST', body: JSON.stringify(order) });
  }

  withReference(reference: string): Promise<Order[]> {
    return this.#ask(`/orders/${reference}`);
  }

  /** Pieces left; undefined when that cannot be found out, which nobody should have to care about. */
  async stock(item: string): Promise<number | undefined> {
    try {
      const { left } = await this.#ask<{ left: number }>(`/stock/${item}`);
      return left;
    } catch {
      return undefined;
    }
  }

  async #ask<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await fetch(`${this.#url}${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return (await response.json()) as T;
  }
}

/** Whole hours since an order was placed. */
export function ageInHours({ placedAt }: Order): number {
  return Math.floor((Date.now() - Date.parse(placedAt)) / 3_600_000);
}
