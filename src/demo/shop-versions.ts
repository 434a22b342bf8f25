/** Everything in which the shop's two versions differ. Version 2 is what a busy week does to a code base. */

export type VersionNumber = 1 | 2;

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly price_cents: number;
  readonly stock: number;
  readonly rating: number;
}

export interface OrderLine {
  readonly product_id: string;
  readonly quantity: number;
  readonly unit_price_cents: number;
}

export interface ShopVersion {
  readonly showProduct: (product: Product) => Partial<Product>;
  readonly orderTotalCents: (lines: readonly OrderLine[]) => number;
}

export const shopVersions: Readonly<Record<VersionNumber, ShopVersion>> = {
  1: {
    showProduct: ({ rating: _rating, ...product }) => product,
    orderTotalCents: (lines) => lines.reduce((total, line) => total + line.quantity * line.unit_price_cents, 0),
  },
  2: {
    // A harmless addition: products now carry their rating.
    showProduct: (product) => product,
    // An honest regression: whoever tidied this up forgot the quantity.
    orderTotalCents: (lines) => lines.reduce((total, line) => total + line.unit_price_cents, 0),
  },
};
