/** What a header says, piece by piece: values by name, empty for a piece that says all by being there. */
export interface HeaderParts {
  readonly parts: ReadonlyMap<string, string>;
  /** `offer`: one more takes nothing away. `directive`: one more changes how the answer is treated. */
  readonly kind: 'offer' | 'directive';
}

type Reader = (values: readonly string[]) => ReadonlyMap<string, string>;

/** RFC 9110 §5.6.1: elements without order, in one line or several. Names of headers and ranges have no case. */
const sets = [
  'vary',
  'accept-ranges',
  'access-control-allow-headers',
  'access-control-expose-headers',
  'accept-ch',
  'critical-ch',
  'clear-site-data',
  'content-language',
];
/** Methods have a case. */
const caseSets = ['allow', 'access-control-allow-methods', 'public'];
/** Ranges with their weight (RFC 9110 §12.4.2). */
const weighted = ['accept', 'accept-charset', 'accept-encoding', 'accept-language', 'accept-patch', 'accept-post'];
const commaDirectives = ['cache-control', 'surrogate-control', 'cdn-cache-control', 'permissions-policy', 'alt-svc'];
const semicolonDirectives = ['strict-transport-security', 'content-disposition', 'x-xss-protection', 'content-type'];
const policies = ['content-security-policy', 'content-security-policy-report-only'];
const challenges = ['www-authenticate', 'proxy-authenticate'];

const readers = new Map<string, { readonly kind: HeaderParts['kind']; readonly read: Reader }>([
  ...entries(sets, 'offer', (values) => setOf(values, (element) => element.toLowerCase())),
  ...entries(caseSets, 'offer', (values) => setOf(values, (element) => element)),
  ...entries(weighted, 'offer', weightsOf),
  ...entries(commaDirectives, 'directive', (values) => directivesOf(split(values, ','))),
  ...entries(semicolonDirectives, 'directive', (values) => directivesOf(split(values, ';'))),
  ...entries(policies, 'directive', policiesOf),
  ...entries(challenges, 'directive', challengesOf),
  ...entries(['link'], 'offer', linksOf),
]);

function entries(names: readonly string[], kind: HeaderParts['kind'], read: Reader) {
  return names.map((name) => [name, { kind, read }] as const);
}

/** The pieces of a header's values (lower-case name); undefined for those that are one text. */
export function headerParts(name: string, values: readonly string[]): HeaderParts | undefined {
  const reader = readers.get(name);
  return reader && { kind: reader.kind, parts: reader.read(values) };
}

function setOf(values: readonly string[], nameOf: (element: string) => string): ReadonlyMap<string, string> {
  return new Map(split(values, ',').map((element) => [nameOf(element), '']));
}

function weightsOf(values: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    split(values, ',').map((element) => {
      const [range = '', ...parameters] = split([element.toLowerCase()], ';');
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      const others = parameters.filter((parameter) => parameter !== weight).toSorted(byText);
      return [[range, ...others].join(';'), String(Number(weight?.slice(2) ?? '1'))];
    }),
  );
}

/** `max-age=60`, `no-store`, `filename="a"`: of several with one name all values count. */
function directivesOf(pieces: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const piece of pieces) {
    const equals = piece.indexOf('=');
    const name = (equals === -1 ? piece : piece.slice(0, equals)).trim().toLowerCase();
    add(found, name, equals === -1 ? '' : unquoted(piece.slice(equals + 1).trim()));
  }
  const charset = found.get('charset');
  return charset === undefined ? found : found.set('charset', charset.toLowerCase());
}

/** CSP: the sources of a directive are a set. Several policies hold all at once, each for itself. */
function policiesOf(values: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [index, policy] of split(values, ',').entries()) {
    for (const piece of split([policy], ';')) {
      const [name = '', ...sources] = piece.split(/\s+/);
      const key = index === 0 ? name.toLowerCase() : `${name.toLowerCase()}[${index + 1}]`;
      add(found, key, [...new Set(sources)].toSorted(byText).join(' '));
    }
  }
  return found;
}

/** `Bearer realm="x", error="y"` is `bearer`, `bearer;realm` and `bearer;error`. */
function challengesOf(values: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let scheme = '';
  for (const piece of split(values, ',')) {
    const [, first, rest = ''] = /^([\w!#$%&'*+.^`|~-]+)(?:\s+(?!=)(.*))?$/s.exec(piece) ?? [];
    if (first !== undefined) {
      scheme = first.toLowerCase();
      add(found, scheme, '');
    }
    const parameter = first === undefined ? piece : rest;
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+)\s*=(?!=*$)\s*(.*)$/s.exec(parameter) ?? [];
    if (name !== undefined) add(found, `${scheme};${name.toLowerCase()}`, unquoted(value!));
    else if (parameter !== '') add(found, `${scheme};token`, parameter);
  }
  return found;
}

/** RFC 8288: links by what they are to this answer. */
function linksOf(values: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const link of split(values, ',')) {
    const [target = '', ...parameters] = split([link], ';');
    const directives = directivesOf(parameters);
    const relation = (directives.get('rel') ?? '').toLowerCase();
    const others = Array.from(directives, ([name, value]) => `${name}=${value}`)
      .filter((text) => !text.startsWith('rel='))
      .toSorted(byText);
    const count = (counts.get(relation) ?? 0) + 1;
    counts.set(relation, count);
    found.set(count === 1 ? relation : `${relation}[${count}]`, [target, ...others].join('; '));
  }
  return found;
}

function add(found: Map<string, string>, name: string, value: string): void {
  const known = found.get(name);
  found.set(name, known === undefined || known === value ? value : `${known}, ${value}`);
}

/** What stands between separators that are neither in quotes nor in `<>`; empty pieces say nothing. */
function split(values: readonly string[], separator: ',' | ';'): string[] {
  const pieces = values.flatMap((value) => {
    const found: string[] = [];
    let start = 0;
    let closing = '';
    for (let i = 0; i < value.length; i++) {
      const char = value[i]!;
      if (closing !== '') {
        if (closing === '"' && char === '\\') i++;
        else if (char === closing) closing = '';
      } else if (char === '"') closing = '"';
      else if (char === '<') closing = '>';
      else if (char === separator) {
        found.push(value.slice(start, i));
        start = i + 1;
      }
    }
    return [...found, value.slice(start)];
  });
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== '');
}

function unquoted(value: string): string {
  return /^".*"$/s.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : value;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
