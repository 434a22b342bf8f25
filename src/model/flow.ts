/** A value born in one response and needed in a later request, found in the recording and stored in the cassette. */
export interface ValueFlow {
  /** Position of the exchange whose response issued the value. */
  readonly from: number;
  /** Where in that response (see model/place.ts). */
  readonly fromPlace: string;
  /** Position of the later exchange whose request carries it. */
  readonly to: number;
  /** Where in that request. */
  readonly toPlace: string;
  /** Text around the value at the consumer, for example `Bearer `; empty when the value stands alone. */
  readonly prefix: string;
  readonly suffix: string;
  /** The recorded (pseudonymised) value. */
  readonly value: string;
  /** Why this counts as a flow, in words. */
  readonly evidence: string;
}

/** A secret replaced before storing: where, why, and by which pseudonym. Never the value. */
export interface RedactedSlot {
  readonly position: number;
  readonly side: 'request' | 'response';
  readonly place: string;
  /** Id of the rule that fired, for example `header:authorization`. */
  readonly rule: string;
  /** Upper-case name for `RETAKE_SECRET_<NAME>`, for example `PASSWORD`. */
  readonly name: string;
  readonly pseudonym: string;
}
