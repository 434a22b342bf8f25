import { multipartFields } from '../model/multipart.ts';
import { formatPlace } from '../model/place.ts';
import { formParameters } from '../model/url-text.ts';
import { environmentName, foldName, isSecretName, isSecretValue, type VisitSecret } from './secret-names.ts';
import { editWireValue, type WireCoding } from './wire-text.ts';

/** Shows every secret among the name-value pairs of text[start, …) to `visit`; everything else stays as it is. */
export function editPairs(text: string, kind: 'query' | 'form', visit: VisitSecret, start = 0): string {
  const fields = formParameters(text, start).map(({ name, span }) => ({ name, ...span }));
  return editFields(text, fields, { kind, coding: 'form', visit });
}

/** The same for the text fields of a multipart body. */
export function editMultipart(text: string, boundary: string, visit: VisitSecret): string {
  return editFields(text, multipartFields(text, boundary), { kind: 'form', coding: 'plain', visit });
}

interface Field {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

function editFields(
  text: string,
  fields: readonly Field[],
  options: { readonly kind: 'query' | 'form'; readonly coding: WireCoding; readonly visit: VisitSecret },
): string {
  const { kind, coding, visit } = options;
  const counts = new Map<string, number>();
  const pieces: string[] = [];
  let at = 0;
  for (const { name, start, end } of fields) {
    if (!isSecretName(name, kind)) continue;
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    const raw = text.slice(start, end);
    const edited = editWireValue(raw, coding, (value) => {
      if (!isSecretValue(name, value)) return value;
      const place = formatPlace({ kind, name, index });
      return visit({ place, rule: `${kind}:${foldName(name)}`, name: environmentName(name), value });
    });
    if (edited === raw) continue;
    pieces.push(text.slice(at, start), edited);
    at = end;
  }
  if (at === 0) return text;
  pieces.push(text.slice(at));
  return pieces.join('');
}
