import type { RawHeaders } from '../model/headers.ts';
import { formatPlace, insidePlace } from '../model/place.ts';
import { editPairs } from './pair-secrets.ts';
import { environmentName, type HeaderRule, headerRule, type VisitSecret } from './secret-names.ts';
import { editWireValue } from './wire-text.ts';

/** Shows every secret in headers to `visit`; the same array comes back when nothing changes. */
export function editHeaders(headers: RawHeaders, visit: VisitSecret): RawHeaders {
  let edited: string[] | undefined;
  let seen: Map<string, number> | undefined;
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    const rule = headerRule(name);
    if (!rule) continue;
    const index = seen?.get(name) ?? 0;
    (seen ??= new Map()).set(name, index + 1);
    const value = headers[i + 1]!;
    const place = formatPlace({ kind: 'header', name, index });
    const replacement = editHeader({ name, value, place }, rule, visit);
    if (replacement !== value) (edited ??= [...headers])[i + 1] = replacement;
  }
  return edited ?? headers;
}

interface HeaderField {
  readonly name: string;
  readonly value: string;
  readonly place: string;
}

function editHeader(field: HeaderField, rule: HeaderRule, visit: VisitSecret): string {
  switch (rule) {
    case 'credentials':
      return editCredentials(field, visit);
    case 'cookie':
      return field.value
        .split(';')
        .map((pair) => editCookie(pair, 'cookie', visit))
        .join(';');
    case 'set-cookie': {
      const end = field.value.indexOf(';');
      if (end === -1) return editCookie(field.value, 'set-cookie', visit);
      return editCookie(field.value.slice(0, end), 'set-cookie', visit) + field.value.slice(end);
    }
    case 'secret':
      return editWireValue(field.value, 'plain', (value) =>
        visit({ place: field.place, rule: `header:${field.name}`, name: environmentName(field.name), value }),
      );
    case 'url':
      return editUrl(field, visit);
    default:
      return rule satisfies never;
  }
}

/** One `name=value`; a cookie without `=` is all value (RFC 6265 §5.2 as browsers read it). Quotes are not part of it. */
function editCookie(pair: string, kind: 'cookie' | 'set-cookie', visit: VisitSecret): string {
  const equals = pair.indexOf('=');
  const name = equals === -1 ? '' : pair.slice(0, equals).trim();
  const [, lead = '', raw = '', tail = ''] = /^(\s*"?)([^]*?)("?\s*)$/.exec(pair.slice(equals + 1)) ?? [];
  const slot = { place: formatPlace({ kind, name, index: 0 }), rule: kind, name: environmentName(name) };
  const edited = editWireValue(raw, 'percent', (value) => visit({ ...slot, value }));
  return pair.slice(0, equals + 1) + lead + edited + tail;
}

/** Parameters of a challenge response that are no secret (RFC 7616, AWS Signature Version 4). */
const openParameters: ReadonlySet<string> = new Set([
  'realm',
  'qop',
  'algorithm',
  'nc',
  'uri',
  'charset',
  'userhash',
  'stale',
  'signedheaders',
  'version',
]);

/** `Scheme credentials` (RFC 9110 §11.4): the scheme stays; Basic is decoded; parameters are replaced one by one. */
function editCredentials(field: HeaderField, visit: VisitSecret): string {
  const rule = `header:${field.name}`;
  const slot = { place: field.place, rule, name: environmentName(field.name) };
  const [, lead = '', scheme = '', rest = ''] = /^(\s*([A-Za-z][\w-]*)\s+)(\S[^]*)$/.exec(field.value) ?? [
    '',
    '',
    '',
    field.value,
  ];
  if (scheme.toLowerCase() === 'basic') {
    const edited = editBasic(rest, (name, value) => visit({ ...slot, name, value }));
    if (edited !== undefined) return lead + edited;
  }
  if (scheme !== '' && /^[\w-]+=(?:"[^"]*"|[^\s,"=][^\s,"]*)\s*(?:,|$)/.test(rest)) {
    return (
      lead +
      rest.replace(/([\w-]+)=("?)([^",]*)/g, (whole, name: string, quote: string, raw: string) =>
        openParameters.has(name.toLowerCase())
          ? whole
          : `${name}=${quote}${editWireValue(raw, 'plain', (value) => visit({ ...slot, name: environmentName(name), value }))}`,
      )
    );
  }
  return lead + editWireValue(rest, 'plain', (value) => visit({ ...slot, value }));
}

/** `user:password` in Base64 (RFC 7617), or undefined when it is not. */
function editBasic(encoded: string, visit: (name: string, value: string) => string): string | undefined {
  const token = encoded.trimEnd();
  const bytes = Buffer.from(token, 'base64');
  const colon = bytes.indexOf(0x3a);
  if (colon === -1 || bytes.toString('base64').replace(/=+$/, '') !== token.replace(/=+$/, '')) return undefined;
  const text = bytes.toString('latin1');
  const user = editWireValue(text.slice(0, colon), 'plain', (value) => visit('USER', value));
  const password = editWireValue(text.slice(colon + 1), 'plain', (value) => visit('PASSWORD', value));
  const edited = Buffer.from(`${user}:${password}`, 'latin1').toString('base64');
  return (token.endsWith('=') ? edited : edited.replace(/=+$/, '')) + encoded.slice(token.length);
}

/** Secrets in the query and the fragment of a URL (OAuth hands tokens over in either). */
function editUrl(field: HeaderField, visit: VisitSecret): string {
  const [, base = '', query = '', fragment = ''] = /^([^?#]*)(\??[^#]*)(#?[^]*)$/.exec(field.value) ?? [];
  const inQuery: VisitSecret = (secret) => visit({ ...secret, place: insidePlace(field.place, secret.place) });
  // There is no place inside a fragment: the header is.
  const inFragment: VisitSecret = (secret) => visit({ ...secret, place: field.place });
  return base + editPairs(query, 'query', inQuery, 1) + editPairs(fragment, 'query', inFragment, 1);
}
