import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { headerValue } from '../model/headers.ts';
import { originTarget, type Target } from '../model/target.ts';
import type { BlindTunnels, QuietClient } from './blind-tunnel.ts';
import type { Arrival, ClientRequest, ClientResponse } from './client-side.ts';
import type { RefusedHandshake } from './front-door.ts';
import { answerProblem } from './hop-failure.ts';
import { type ConnectRequest, type Listener, type ListenerOptions, openListener } from './listener.ts';
import { isUpgradable } from './passed-headers.ts';
import { type Refused, refuse } from './refused-request.ts';

export interface ForwardListenerOptions {
  readonly name: string;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** The certificate to show for a host. */
  readonly secureContextFor: (host: string) => Promise<SecureContext>;
  readonly onRequest: (request: ClientRequest, response: ClientResponse, to: Destination) => void;
  readonly onExpectContinue?: (request: ClientRequest, response: ClientResponse, to: Destination) => void;
  /** Takes the socket over. Without it requests to switch protocols are served as plain ones. */
  readonly onUpgrade?: (upgrade: UpgradeRequest, to: Destination) => void;
  readonly isOwnAddress: (address: string, port: number) => boolean;
  /** For connections that are not looked into; without it everything is, and what is not HTTP is refused. */
  readonly tunnels?: BlindTunnels;
  readonly onRefusedHandshake?: (refused: RefusedHandshake) => void;
  readonly onRefused?: (refused: Refused) => void;
  readonly emptyRequests?: ListenerOptions['emptyRequests'];
}

/** The origin that a request is for, and how it got here. */
export interface Destination {
  readonly target: Target;
  readonly arrival: Arrival;
}

export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

/**
 * Opens a listener for clients that use us as their proxy (HTTP_PROXY, HTTPS_PROXY): requests in absolute form, and what
 * comes through a CONNECT, which is answered at once and intercepted. Every request is handed on with the origin it is
 * for; where CONNECT and Host disagree it is the CONNECT that counts. Throws PORT_IN_USE or LISTEN_FAILED.
 */
export function openForwardListener(options: ForwardListenerOptions): Promise<Listener> {
  const { name, host, port, onRequest, onExpectContinue, onUpgrade, secureContextFor } = options;
  const { tunnels, onRefusedHandshake } = options;
  type Handler = ForwardListenerOptions['onRequest'];
  const withTarget =
    (handle: Handler) =>
    (request: ClientRequest, response: ClientResponse, arrival: Arrival): void => {
      const target = targetOf(request, arrival);
      if (target) handle(request, response, { target, arrival });
      else answerProblem(response, 400, notAProxyRequest);
    };
  return openListener({
    name,
    host,
    port,
    secureContextFor,
    ...(options.emptyRequests ? { emptyRequests: options.emptyRequests } : {}),
    onRequest: withTarget(onRequest),
    ...(onExpectContinue ? { onExpectContinue: withTarget(onExpectContinue) } : {}),
    ...(onUpgrade
      ? {
          wantsUpgrade: isUpgradable,
          onUpgrade: (request: IncomingMessage, socket: Socket, head: Buffer, arrival: Arrival): void => {
            const target = targetOf(request as ClientRequest, arrival);
            if (target) onUpgrade({ request, socket, head }, { target, arrival });
            else refuse(socket, 400, notAProxyRequest);
          },
        }
      : {}),
    onConnect: (connect) => admitConnect(connect, options),
    ...(tunnels
      ? {
          onOther: (socket: Socket, connectedTo: string) => void tunnels.passOn(connected(connectedTo), socket),
          onQuiet: (client: QuietClient, connectedTo: string) =>
            void tunnels.listenToServer(connected(connectedTo), client),
        }
      : {}),
    ...(onRefusedHandshake ? { onRefusedHandshake } : {}),
    ...(options.onRefused ? { onRefused: options.onRefused } : {}),
  });
}

const notAProxyRequest = {
  code: 'forward-proxy',
  detail:
    'this is a forward proxy, not a server: give its address to the client as HTTP_PROXY and HTTPS_PROXY and ask for the real URL',
};

/** Where a request wants to go: through its CONNECT, else by its absolute target; HTTP/2 has the authority in Host. */
function targetOf(
  request: Pick<ClientRequest, 'url' | 'httpVersion' | 'rawHeaders'>,
  { scheme, connectedTo }: Arrival,
): Target | undefined {
  if (connectedTo !== undefined) return originTarget(scheme, connectedTo);
  const absolute = /^(https?):\/\/([^/?#]*)/i.exec(request.url);
  if (absolute) return originTarget(absolute[1]!.toLowerCase() as 'http' | 'https', absolute[2]!);
  if (request.httpVersion !== '2.0') return undefined;
  return originTarget('http', headerValue(request.rawHeaders, 'host') ?? '');
}

/** Goes on at once: whether upstream can be reached is told inside, where the client's program sees the words. */
function admitConnect(connect: ConnectRequest, { isOwnAddress, tunnels }: ForwardListenerOptions): void {
  const { request, socket, admit, take } = connect;
  const authority = request.url ?? '';
  const target = /:\d+$/.test(authority) ? originTarget('https', authority) : undefined;
  if (!target) {
    refuse(socket, 400, {
      code: 'bad-request',
      detail: 'CONNECT needs a host and a port, as in CONNECT example.com:443',
    });
    return;
  }
  if (addressesOf(target.hostname).some((address) => isOwnAddress(address, target.port))) {
    refuse(socket, 508, { code: 'loop', detail: `${target.name} leads back to this proxy` });
    return;
  }
  if (tunnels?.isAsked(target)) {
    void tunnels.open(target, take());
    return;
  }
  socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
  admit(target.name);
}

/** What a CONNECT was admitted to. */
function connected(authority: string): Target {
  return originTarget('https', authority)!;
}

/** Without asking a name server: other names that lead to us are met when they are connected to. */
function addressesOf(hostname: string): readonly string[] {
  return hostname === 'localhost' || hostname.endsWith('.localhost') ? ['127.0.0.1', '::1'] : [hostname];
}
