/** A secret that its own form gives away. */
export interface FormatMatch {
  /** Id of the format, for example `format:github-token`. */
  readonly rule: string;
  readonly value: string;
}

/**
 * Forms that services give their credentials so that they can be found again, as those services document them. Each
 * pattern begins with fixed text, so that a long text without it costs one search; none can run away.
 */
const formats: readonly { readonly rule: string; readonly pattern: RegExp }[] = [
  { rule: 'format:aws-access-key', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g },
  { rule: 'format:github-token', pattern: /\bgh[opusr]_[A-Za-z0-9]{36,255}\b/g },
  { rule: 'format:github-token', pattern: /\bgithub_pat_[A-Za-z0-9_]{60,255}\b/g },
  { rule: 'format:gitlab-token', pattern: /\bglpat-[\w-]{20,64}/g },
  { rule: 'format:slack-token', pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/g },
  { rule: 'format:stripe-key', pattern: /\b[sr]k_live_[A-Za-z0-9]{16,250}\b/g },
  { rule: 'format:google-api-key', pattern: /\bAIza[\w-]{35}/g },
  { rule: 'format:npm-token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  {
    rule: 'format:private-key',
    pattern: /-----BEGIN (?:[A-Z]{2,10} ){0,3}PRIVATE KEY-----[A-Za-z0-9+/=\s\\]{20,8192}/g,
  },
  { rule: 'format:jwt', pattern: /\beyJ[\w-]{5,2000}\.eyJ[\w-]{5,8000}\.[\w-]{16,2000}/g },
  {
    rule: 'format:url-credentials',
    pattern: /\b[a-z][a-z0-9+]{1,20}:\/\/[^\s/?#:@"'<>\\]{1,100}:[^\s/?#:@"'<>\\]{1,200}@/g,
  },
];

/** Every secret in a text that its form gives away, whatever its name. */
export function findSecretFormats(text: string): FormatMatch[] {
  return formats.flatMap(({ rule, pattern }) => (text.match(pattern) ?? []).map((value) => ({ rule, value })));
}
