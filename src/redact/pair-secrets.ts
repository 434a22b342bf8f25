import { formatPlace } from '../model/place.ts';
import { formParameters } from '../model/url-text.ts';
import { editWireValue } from './wire-text.ts';
import { environmentName, foldName, isSecretName, isSecretValue } from './secret-names.ts';
import type { VisitSecret } from './slots.ts';

/** Shows every secret among the name-value pairs of text[start, …) to `visit`; everything else stays as it is. */
export function editPairs(text: string, kind: 'query' | 'form', visit: VisitSecret, start = 0): string {
  const counts = new Map<string, number>();
  const pieces: string[] = [];
  let at = 0;
  for (const { name, span } of formParameters(text, start)) {
    if (!isSecretName(name, kind)) continue;
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    const raw = text.slice(span.start, span.end);
    const edited = editWireValue(raw, 'form', (value) => {
      if (!isSecretValue(name, value)) return value;
      const place = formatPlace({ kind, name, index });
      return visit({ place, rule: `${kind}:${foldName(name)}`, name: environmentName(name), value });
    });
    if (edited === raw) continue;
    pieces.push(text.slice(at, span.start), edited);
    at = span.end;
  }
  if (at === 0) return text;
  pieces.push(text.slice(at));
  return pieces.join('');
}
