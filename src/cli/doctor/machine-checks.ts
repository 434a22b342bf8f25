import { createServer } from 'node:net';
import { problemOf } from '../../base/errors.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** An older one never gets here: `main.ts` refuses it. */
export function nodeCheck(versions: NodeJS.ProcessVersions = process.versions): Check {
  return ok('Node', `${versions.node}, OpenSSL ${versions.openssl ?? 'unknown'}`);
}

/** Can a port be opened where proxies and the UI listen? */
export async function portChecks(addresses: readonly [string, string] = ['127.0.0.1', '::1']): Promise<Check[]> {
  const [v4, v6] = await Promise.all(addresses.map(openPort));
  return [
    v4 === undefined
      ? ok('IPv4 port', `opens on ${addresses[0]}`)
      : fail('IPv4 port', `does not open on ${addresses[0]}: ${v4}`, 'allow this program to listen on loopback'),
    v6 === undefined
      ? ok('IPv6 port', `opens on ${addresses[1]}`)
      : warn(
          'IPv6 port',
          `does not open on ${addresses[1]}: ${v6}`,
          'fine unless a program insists on IPv6; use 127.0.0.1 in addresses',
        ),
  ];
}

/** Opens any free port and closes it; returns why it does not open, if so. */
function openPort(host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', (problem) => resolve(problemOf(problem)));
    server.listen(0, host, () => server.close(() => resolve(undefined)));
  });
}

/** Certificates and recordings carry times: a clock far off makes all of them wrong. */
export function clockCheck(now: number, timeZone: string | undefined): Check {
  const name = 'clock';
  const year = new Date(now).getUTCFullYear();
  const time = new Date(now).toISOString();
  // This program is not older than its copyright, and not that long-lived.
  if (year < 2026 || year > 2100) return fail(name, `says ${time}`, 'set the clock of this machine right');
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    return warn(
      name,
      `${time}; TZ=${timeZone} is unknown here, so UTC is used`,
      'set TZ to a name such as Europe/Berlin',
    );
  }
  return ok(name, `${time}, time zone ${Intl.DateTimeFormat().resolvedOptions().timeZone}`);
}

function isTimeZone(name: string): boolean {
  try {
    // POSIX lets a name begin with a colon.
    Intl.DateTimeFormat('en', { timeZone: name.replace(/^:/, '') });
    return true;
  } catch {
    return false;
  }
}
