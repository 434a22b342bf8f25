import type { ShopAnswer } from './shop-session.ts';

export interface AnswerComparison {
  /** Equal in status, headers and every byte. */
  readonly identical: number;
  /** Equal in all but the secrets in them, for which pseudonyms stand. */
  readonly pseudonymous: number;
  /** What differs elsewhere: `METHOD /path`. */
  readonly different: readonly string[];
}

/** Compares what a client got from the real server with what the same client got from the replay, answer by answer. */
export function compareAnswers(recorded: readonly ShopAnswer[], replayed: readonly ShopAnswer[]): AnswerComparison {
  const pseudonyms = new Map<string, string>();
  let identical = 0;
  let pseudonymous = 0;
  const different: string[] = [];
  const count = Math.max(recorded.length, replayed.length);
  for (let index = 0; index < count; index += 1) {
    const [before, after] = [recorded[index], replayed[index]];
    const named = before ?? after;
    if (before && after) pairSecrets(before, after, pseudonyms);
    const [text, other] = [textOf(before), textOf(after)];
    if (text === other) identical += 1;
    else if (withPseudonyms(text, pseudonyms) === other) pseudonymous += 1;
    else different.push(`${named?.method} ${named?.path}`);
  }
  return { identical, pseudonymous, different };
}

function textOf(answer: ShopAnswer | undefined): string {
  return answer === undefined ? '' : JSON.stringify({ ...answer, body: answer.body.toString('latin1') });
}

/** The secrets an answer issues, in order: values of its cookies, and its login token unless that is one of them. */
export function issuedSecrets({ headers, body }: ShopAnswer): string[] {
  const cookies = headers
    .filter(([name]) => name === 'set-cookie')
    .map(([, value]) => /^[^=]+=([^;]*)/.exec(value)?.[1] ?? '');
  const token = /"token":"([^"]*)"/.exec(body.toString('latin1'))?.[1] ?? '';
  return [...new Set([...cookies, token])].filter((secret) => secret !== '');
}

function pairSecrets(recorded: ShopAnswer, replayed: ShopAnswer, pseudonyms: Map<string, string>): void {
  const after = issuedSecrets(replayed);
  for (const [index, secret] of issuedSecrets(recorded).entries()) {
    const pseudonym = after[index];
    if (pseudonym !== undefined) pseudonyms.set(secret, pseudonym);
  }
}

function withPseudonyms(text: string, pseudonyms: ReadonlyMap<string, string>): string {
  let result = text;
  for (const [secret, pseudonym] of pseudonyms) result = result.replaceAll(secret, pseudonym);
  return result;
}
