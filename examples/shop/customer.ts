// A customer's visit to a shop, from source: node examples/shop/customer.ts URL [--answers FILE]
import '../../src/demo/run-customer.ts';
