import { AppError } from '../base/errors.ts';
import type { RedactedSlot, ValueFlow } from '../model/flow.ts';
import { outermostPlace } from '../model/place.ts';

/** A secret that was redacted in a request and that no earlier response supplies. */
export interface NeededSecret {
  /** Environment variable that holds it: `RETAKE_SECRET_PASSWORD`, the second of one name `RETAKE_SECRET_PASSWORD_2`. */
  readonly variable: string;
  readonly pseudonym: string;
  /** Where it goes. */
  readonly uses: readonly { readonly position: number; readonly place: string }[];
}

export const secretPrefix = 'RETAKE_SECRET_';

/**
 * The secrets a session's requests need from outside, in order of first use. Numbering follows the recording, so a
 * name means the same secret whatever part of the session is sent.
 */
export function neededSecrets(slots: readonly RedactedSlot[], flows: readonly ValueFlow[]): NeededSecret[] {
  const supplied = Map.groupBy(flows, (flow) => useKey(flow.to, outermostPlace(flow.toPlace)));
  // A flow inside a value (the user of Basic credentials) supplies no more than itself.
  const isSupplied = ({ position, place, pseudonym }: RedactedSlot): boolean =>
    (supplied.get(useKey(position, outermostPlace(place))) ?? []).some(
      ({ toPlace, value }) => toPlace === place || value === pseudonym,
    );
  const needed = slots
    .filter((slot) => slot.side === 'request' && !isSupplied(slot))
    .toSorted((a, b) => a.position - b.position);
  const found = new Map<string, { variable: string; pseudonym: string; uses: { position: number; place: string }[] }>();
  const countByName = new Map<string, number>();
  for (const { name, pseudonym, position, place } of needed) {
    let secret = found.get(pseudonym);
    if (!secret) {
      const nth = (countByName.get(name) ?? 0) + 1;
      countByName.set(name, nth);
      secret = { variable: `${secretPrefix}${name}${nth === 1 ? '' : `_${nth}`}`, pseudonym, uses: [] };
      found.set(pseudonym, secret);
    }
    secret.uses.push({ position, place });
  }
  return [...found.values()];
}

function useKey(position: number, place: string): string {
  return `${position} ${place}`;
}

/**
 * Values of the needed secrets by pseudonym. Throws SECRET_NEEDED naming every one that is missing, with where it is
 * used. `describe` gives the words for a position, such as `POST /login`.
 */
export function collectSecrets(options: {
  readonly needed: readonly NeededSecret[];
  readonly value: (variable: string) => string | undefined;
  readonly describe: (position: number) => string;
}): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const missing: NeededSecret[] = [];
  for (const secret of options.needed) {
    const value = options.value(secret.variable);
    if (value === undefined || value === '') missing.push(secret);
    else values.set(secret.pseudonym, value);
  }
  if (missing.length > 0) {
    const names = missing.map(({ variable, uses }) => {
      const { place, position } = uses[0]!;
      return `${variable} (${place} of ${options.describe(position)})`;
    });
    throw new AppError('SECRET_NEEDED', { names: names.join(', '), example: `${missing[0]!.variable}=…` });
  }
  return values;
}
