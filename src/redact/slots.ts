/** A secret found in a message: where, by which rule, under which name. `value` is the secret itself and never stored. */
export interface SecretSlot {
  /**
   * See model/place.ts. The place is where the secret stands, `value` what of it is secret: for
   * `Authorization: Bearer T` the place is `header:authorization[0]` and the value T; Basic credentials are two slots
   * (user and password, decoded) at one place. Values are decoded: no percent-encoding, no JSON escapes.
   */
  readonly place: string;
  /** Id of the rule that fired, for example `header:authorization` or `json:accesstoken`. */
  readonly rule: string;
  /** Upper-case name for `RETAKE_SECRET_<NAME>`. */
  readonly name: string;
  readonly value: string;
}

/** Told of every secret; what it returns stands in its place (the value itself: nothing changes). */
export type VisitSecret = (secret: SecretSlot) => string;
