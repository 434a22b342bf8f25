import type { Target } from '../model/target.ts';
import type { Arrival, ClientRequest, ClientResponse } from './client-side.ts';
import type { GrpcRequest } from './grpc-request.ts';
import type { LaneFacts } from './lane-keeper.ts';
import type { RecordedPlace } from './recorded-origins.ts';
import type { Upgrade } from './replay-upgrade.ts';

/** Where recordings of a request may stand. */
export interface Whereabouts extends LaneFacts {
  /** At least one, the likeliest first. */
  readonly places: readonly RecordedPlace[];
  /** The server that the client asked a forward proxy for. */
  readonly origin?: Target;
  /** By which the client came to a reverse listener. */
  readonly scheme?: Arrival['scheme'];
}

/** One request on its way through. */
export interface AskedRequest extends Whereabouts {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  readonly arrivedAtMs: number;
  readonly upgrade?: Upgrade;
  readonly call?: GrpcRequest;
}
