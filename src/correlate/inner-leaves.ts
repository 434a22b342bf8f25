import { decodeBase64Text } from '../model/base64-text.ts';
import { insidePlace } from '../model/place.ts';
import { jwtClaims, percentDecoded } from '../model/text-access.ts';
import { type Leaf, type VisitLeaf, visitJsonText } from './body-leaves.ts';

/** Codings inside codings; real ones are two deep. */
export const maxInnerDepth = 3;

/** Only longer texts can hold another one. */
const minLength = 8;
const maxLength = 16 * 1024;

/**
 * What the text of a leaf stands for when it is decoded once: claims of a token, JSON, Base64, one more
 * percent-encoding, what follows a scheme (`Basic x`). Nothing for texts that mean only themselves.
 */
export function visitInside(leaf: Leaf, visit: VisitLeaf): void {
  const { text, place, name, container, isListed = false } = leaf;
  if (leaf.kind === 'number' || text.length < minLength || text.length > maxLength) return;
  const first = text.charCodeAt(0);
  if (first === 0x7b || first === 0x5b) {
    visitJsonText(text, visit, place);
    return;
  }
  const around = { name, container, isListed };
  if (text.startsWith('ey')) {
    const claims = jwtClaims(text);
    if (claims !== undefined) {
      visitJsonText(claims, (claim) =>
        visit({ ...claim, place: () => insidePlace(place(), `jwt:${claim.place().slice('json:'.length)}`) }),
      );
      return;
    }
  }
  if (text.includes('%')) {
    const decoded = percentDecoded(text);
    if (decoded !== undefined && decoded !== text) {
      visit({ kind: 'string', text: decoded, ...around, place: () => insidePlace(place(), 'percent') });
    }
  }
  const scheme = /^(?:basic|bearer|token|api-?key|jwt|dpop|key) ([\w+/=.~-]+)$/i.exec(text);
  if (scheme) {
    visit({ kind: 'string', text: scheme[1]!, ...around, place: () => insidePlace(place(), 'word:1') });
    return;
  }
  // Words and numbers in hex are no Base64 that anybody meant.
  if (/^(?:[a-z]+|[A-Z]+|[0-9a-f-]+)$/.test(text)) return;
  const decoded = decodeBase64Text(text);
  if (!decoded) return;
  const inside = (): string => insidePlace(place(), 'base64');
  if (/^\s*[[{]/.test(decoded.text) && visitJsonText(decoded.text, visit, inside)) return;
  visit({ kind: 'string', text: decoded.text, ...around, place: inside });
}
