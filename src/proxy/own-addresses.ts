import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { AppError } from '../base/errors.ts';
import type { Target } from '../model/target.ts';

export interface OwnAddress {
  /** An IP address as listened on; a wildcard stands for all of this machine's. */
  readonly address: string;
  readonly port: number;
}

/** The addresses our own listeners can be reached at: nothing may be forwarded to them. */
export class OwnAddresses {
  readonly #listening: OwnAddress[] = [];

  add(address: OwnAddress): void {
    this.#listening.push(address);
  }

  /** Would a connection to this address reach one of our listeners? */
  has(address: string, port: number): boolean {
    const plain = withoutMapping(address);
    return this.#listening.some((own) => own.port === port && reaches(own.address, plain));
  }

  /** Throws TARGET_IS_SELF. A name that does not resolve now is no proof: it will be met when connecting. */
  async refuse(target: Target): Promise<void> {
    for (const address of await addressesOf(target.hostname)) {
      if (this.has(address, target.port)) throw new AppError('TARGET_IS_SELF', { target: target.url });
    }
  }
}

async function addressesOf(hostname: string): Promise<string[]> {
  if (isIP(hostname) !== 0) return [hostname];
  try {
    return (await lookup(hostname, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}

/** `::ffff:127.0.0.1` is 127.0.0.1 seen through an IPv6 socket. */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

function reaches(listening: string, address: string): boolean {
  const own = withoutMapping(listening);
  if (own === address) return true;
  // Connecting to the unspecified address means this machine.
  if (address === '0.0.0.0' || address === '::') return own === '::' || own === '0.0.0.0' || isLoopback(own);
  if (own !== '::' && own !== '0.0.0.0') return false;
  return isLoopback(address) || localAddresses().has(address);
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

function localAddresses(): Set<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)));
}
