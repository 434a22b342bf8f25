/** A proxy between us and the real servers. */
export interface UpstreamProxy {
  readonly protocol: 'http:' | 'https:';
  /** For connecting: an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Without credentials: what is shown. */
  readonly url: string;
  /** Value of `Proxy-Authorization`; never logged or stored. */
  readonly authorization: string | undefined;
}
