// The example shop, from source. Options: --version 1|2, --port N (0: any free one), --data FILE.
import '../../src/demo/run-shop.ts';
