import { describe, expect, test } from 'vitest';
import { OwnAddresses } from '../../src/proxy/own-addresses.ts';
import { parseTarget } from '../../src/model/target.ts';

function listeningOn(address: string): OwnAddresses {
  const own = new OwnAddresses();
  own.add({ address, port: 4000 });
  return own;
}

describe('an address is our own', () => {
  test('when a listener has it, in whatever form', () => {
    const own = listeningOn('127.0.0.1');
    expect(own.has('127.0.0.1', 4000)).toBe(true);
    expect(own.has('::ffff:127.0.0.1', 4000)).toBe(true);
    expect(own.has('0.0.0.0', 4000)).toBe(true);
    expect(own.has('127.0.0.1', 4001)).toBe(false);
    expect(own.has('127.0.0.2', 4000)).toBe(false);
    expect(own.has('::1', 4000)).toBe(false);
  });

  test('when a listener has all addresses and it is one of this machine', () => {
    const own = listeningOn('0.0.0.0');
    expect(own.has('127.0.0.9', 4000)).toBe(true);
    expect(own.has('::1', 4000)).toBe(true);
    expect(own.has('192.0.2.1', 4000)).toBe(false);
  });
});

describe('a target that is ourselves', () => {
  test.for(['http://127.0.0.1:4000', 'http://localhost:4000/base', 'http://2130706433:4000', 'http://0x7f.1:4000'])(
    '%s is refused',
    async (url) => {
      await expect(listeningOn('127.0.0.1').refuse(parseTarget(url))).rejects.toMatchObject({ code: 'TARGET_IS_SELF' });
    },
  );

  test('another one, or a name that does not resolve, is not', async () => {
    const own = listeningOn('127.0.0.1');
    await expect(own.refuse(parseTarget('http://127.0.0.1:4001'))).resolves.toBeUndefined();
    await expect(own.refuse(parseTarget('http://no-such-host.invalid:4000'))).resolves.toBeUndefined();
  });
});
