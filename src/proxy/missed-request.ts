import type { RawHeaders } from '../model/headers.ts';
import type { Target } from '../model/target.ts';
import type { ClientRequest, ClientResponse } from './client-side.ts';
import type { GrpcRequest } from './grpc-request.ts';
import type { MissAnswer } from './ledger.ts';
import type { Upgrade } from './replay-upgrade.ts';

/** A request that no recording answers, read to its end unless it is a `call`. */
export interface MissedRequest {
  readonly targetName: string;
  /** The server that the client asked a forward proxy for. */
  readonly origin?: Target;
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  readonly body: Buffer | undefined;
  readonly trailers: RawHeaders;
  /** It asks for a switch of protocols. */
  readonly upgrade?: Upgrade;
  /** It goes on, and what has come of it is held there. */
  readonly call?: GrpcRequest;
}

/** Where misses go when they are not answered with an error. */
export interface MissRoute {
  /** At the moment. */
  readonly answer: MissAnswer;
  readonly pass: (missed: MissedRequest) => void;
}
