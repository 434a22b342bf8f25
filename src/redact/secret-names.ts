/** Which names say that their value is a secret. Names are compared without case, `_`, `-`, `.` and space. What a rule finds is a SecretSlot. */

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

/** Where a name stands: some names mean a secret only in one kind of place. */
export type NameContext = 'query' | 'form' | 'json';

const secretNames: ReadonlySet<string> = new Set(
  `
    password passwd pwd pass passphrase passcode passwordconfirmation passwordconfirm secret secrets
    passwords apikey apikeys apisecret clientsecret secretkey accesskey secretaccesskey privatekey
    signingkey encryptionkey masterkey subscriptionkey authkey token jwt bearer authorization credential
    credentials clientassertion assertion sessionid sessionkey jsessionid phpsessid connectsid
    codeverifier samlresponse otp otpcode totp totpcode mfacode pin pincode cvv cvv2 cvc cvc2 ssn
    socialsecuritynumber cardnumber creditcardnumber ccnumber recoverycodes backupcodes
  `
    .trim()
    .split(/\s+/),
);

/** Endings that make a longer name a secret: `newPassword`, `stripe_secret_key`. */
const secretEndings = [
  'password',
  'passwd',
  'passphrase',
  'secret',
  'apikey',
  'privatekey',
  'secretkey',
  'accesskey',
  'sessionid',
];

/**
 * Secret in a URL or form only. `sid` and `sig` are too common as plain ids in JSON (where a redacted id would no longer
 * fit the path it is used in); signatures and `auth` are how a URL carries a credential.
 */
const urlNames: ReadonlySet<string> = new Set(
  `
    sid sig signature auth xamzsignature xamzcredential xgoogsignature xgoogcredential
  `
    .trim()
    .split(/\s+/),
);

/**
 * What may stand before `token` in a name that is no credential. Page and sync cursors: they say where to go on, and a
 * masked cursor would make all pages one. Anti-forgery tokens: worthless without the session's cookie (which is
 * redacted), and born in HTML, which is not rewritten, so that the pages served would no longer fit the forms sent.
 * The rest are counters, idempotency keys and words of language models.
 */
const plainTokens =
  /page|cursor|contin|sync|next|prev|scroll|resume|starting|csrf|xsrf|authenticity|requestverification|cancel|idempot|dedup|design|^(?:client|clientrequest|start|end|stop|first|last|change|version|eos|bos|pad|unk|mask|max|min|new|num|n)$/;

/** Does a query parameter, form field or JSON member of this name hold a secret? */
export function isSecretName(name: string, context: NameContext): boolean {
  const folded = foldName(name);
  if (secretNames.has(folded) || (context !== 'json' && urlNames.has(folded))) return true;
  if (folded.endsWith('token')) return !plainTokens.test(folded.slice(0, -'token'.length));
  return secretEndings.some((ending) => folded.endsWith(ending));
}

/** `user[new_password]` and `User.newPassword` are both about `newpassword`. */
export function foldName(name: string): string {
  const last = /[[\].]/.test(name) ? (name.split(/[[\].]/).findLast((part) => part !== '') ?? '') : name;
  return last.toLowerCase().replace(/[_\-\s]/g, '');
}

/** PINs are secrets of digits; a `pin` that is anything else is one on a map or a board. */
export function isSecretValue(name: string, value: string): boolean {
  if (value.trim() === '') return false;
  return foldName(name) === 'pin' ? /^\d{3,12}$/.test(value) : true;
}

/** A JSON number is a secret under the same names, but not where it counts or numbers tokens. */
export function isSecretNumber(name: string, literal: string): boolean {
  return /^\d+$/.test(literal) && !foldName(name).endsWith('token') && isSecretValue(name, literal);
}

/** A name for `RETAKE_SECRET_<NAME>`: `x-api-key` → `X_API_KEY`, `accessToken` → `ACCESS_TOKEN`. */
export function environmentName(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[^A-Za-z0-9]+/g, '_');
  return words.replace(/^_+|_+$/g, '').toUpperCase() || 'VALUE';
}

/** What a header holds, by its lower-case name; undefined: nothing secret. */
export type HeaderRule = 'credentials' | 'cookie' | 'set-cookie' | 'secret' | 'url';

const headerRules: ReadonlyMap<string, HeaderRule> = new Map<string, HeaderRule>([
  ['authorization', 'credentials'],
  ['proxy-authorization', 'credentials'],
  ['x-authorization', 'credentials'],
  ['x-forwarded-authorization', 'credentials'],
  ['cookie', 'cookie'],
  ['set-cookie', 'set-cookie'],
  ['location', 'url'],
  ['content-location', 'url'],
  ['referer', 'url'],
]);

/** `-key` alone says nothing (`idempotency-key`, `surrogate-key`, `sec-websocket-key`). */
const secretHeader =
  /(?:^|-)(?:api-?key|auth-?key|access-?key|secret-?key|private-?key|subscription-key|functions-key|secret|password|passwd|session-?id|jwt)$/;

export function headerRule(lowerName: string): HeaderRule | undefined {
  const rule = headerRules.get(lowerName);
  if (rule) return rule;
  if (secretHeader.test(lowerName)) return 'secret';
  if (/(?:^|-)token$/.test(lowerName) && !plainTokens.test(lowerName.slice(0, -'token'.length).replace(/^x-|-/g, ''))) {
    return 'secret';
  }
  return undefined;
}
