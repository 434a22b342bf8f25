/** A value that a page holds for later requests, and where it is written. */
export interface HtmlField {
  /**
   * `input NAME` (and `textarea NAME`), `meta NAME`, `form NAME` (its action), `a TEXT` and `link REL` (their href),
   * `attribute NAME` (`data-…`, `hx-…`), `script ID` (JSON in a page). Names that could change with the data are empty.
   */
  readonly name: string;
  /** Which of several with this name, from 0. */
  readonly index: number;
  /** References resolved. */
  readonly value: string;
  /** text[start, end) is the value as written. */
  readonly start: number;
  readonly end: number;
  /** Action of the form a field belongs to; empty: the page's own address. */
  readonly action?: string;
  /** Sent back without a person having seen it. */
  readonly isHidden?: true;
}

/** Pages with more are lists to look at, not forms to send. */
const maxFields = 5000;

const attribute = /[\s/]*([^\s"'<>/=]{1,100})(?:\s{0,10}=\s{0,10}(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/y;
const tagName = /<([a-zA-Z][a-zA-Z0-9-]{0,50})(?=[\s/>])/y;
/** Types of inputs that a person chooses or presses. */
const chosen = /^(?:checkbox|radio|submit|button|image|reset|file)$/i;
/** What a link or form is called, as long as it is no value itself. */
const plainName = /^[\p{L} _-]{1,40}$/u;

interface Written {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** Forms, links and tokens of an HTML page, by its tags alone: pages that do not nest right have them too. */
export function htmlFields(text: string): readonly HtmlField[] {
  const fields: HtmlField[] = [];
  const counts = new Map<string, number>();
  let action: string | undefined;
  const add = (name: string, written: Written | undefined, more: Partial<HtmlField> = {}): void => {
    if (written === undefined) return;
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    fields.push({ name, index, ...written, ...more });
  };
  let at = text.indexOf('<');
  while (at !== -1 && fields.length < maxFields) {
    if (text.startsWith('<!--', at)) {
      const end = text.indexOf('-->', at + 4);
      at = end === -1 ? -1 : text.indexOf('<', end);
      continue;
    }
    if (/^<\/form[\s>]/i.test(text.slice(at, at + 7))) action = undefined;
    tagName.lastIndex = at;
    const tag = tagName.exec(text)?.[1]?.toLowerCase();
    if (tag === undefined) {
      at = text.indexOf('<', at + 1);
      continue;
    }
    const { attributes, end } = readAttributes(text, tagName.lastIndex);
    const value = (name: string): string => attributes.get(name)?.value ?? '';
    const inForm = action === undefined ? {} : { action };
    let next = end;
    switch (tag) {
      case 'form':
        action = value('action');
        add(`form ${plain(value('id')) || plain(value('name'))}`.trim(), attributes.get('action'));
        break;
      case 'input':
        if (value('name') === '' || value('value') === '' || chosen.test(value('type'))) break;
        add(`input ${value('name')}`, attributes.get('value'), {
          ...inForm,
          ...(/^hidden$/i.test(value('type')) ? { isHidden: true } : {}),
        });
        break;
      case 'meta':
        add(`meta ${value('name') || value('property')}`, attributes.get('content'));
        break;
      case 'link':
        add(`link ${value('rel')}`, attributes.get('href'));
        break;
      case 'a':
      case 'area':
        add(`a ${plain(textFrom(text, end))}`.trim(), attributes.get('href'));
        break;
      case 'script':
      case 'style':
      case 'textarea':
      case 'title': {
        const close = closingTag(text, tag, end);
        const content = { value: text.slice(end, close), start: end, end: close };
        if (tag === 'script' && /json$/i.test(value('type'))) add(`script ${value('id')}`.trim(), content);
        if (tag === 'textarea' && value('name') !== '') {
          add(`input ${value('name')}`, { ...content, value: unescaped(content.value) }, inForm);
        }
        next = close;
        break;
      }
      default:
    }
    for (const [name, written] of attributes) {
      if (/^(?:data|hx)-/.test(name) && written.value !== '') add(`attribute ${name}`, written);
    }
    at = text.indexOf('<', next);
  }
  return fields;
}

/** A value as it is written between quotes in a tag. */
export function escapedHtml(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#39;').replaceAll('<', '&lt;');
}

function readAttributes(text: string, from: number): { attributes: Map<string, Written>; end: number } {
  const attributes = new Map<string, Written>();
  let end = from;
  for (;;) {
    attribute.lastIndex = end;
    const found = attribute.exec(text);
    if (!found) break;
    end = attribute.lastIndex;
    const [whole, name, double, single, bare] = found;
    const raw = double ?? single ?? bare;
    const key = name!.toLowerCase();
    if (raw === undefined || attributes.has(key)) continue;
    const start = found.index + whole.length - raw.length - (bare === undefined ? 1 : 0);
    attributes.set(key, { value: unescaped(raw), start, end: start + raw.length });
  }
  const close = text.indexOf('>', end);
  return { attributes, end: close === -1 ? text.length : close + 1 };
}

function closingTag(text: string, tag: string, from: number): number {
  const pattern = new RegExp(`</${tag}[\\s>/]`, 'gi');
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}

/** The text right after a tag, up to the next one. */
function textFrom(text: string, from: number): string {
  const piece = text.slice(from, from + 80);
  const end = piece.indexOf('<');
  return end === -1 ? '' : piece.slice(0, end).replaceAll(/\s+/g, ' ').trim();
}

function plain(name: string): string {
  return plainName.test(name) ? name : '';
}

const named: Readonly<Record<string, string>> = { amp: '&', quot: '"', apos: "'", lt: '<', gt: '>', nbsp: ' ' };

function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|quot|apos|lt|gt|nbsp));/gi, (all, dec, hex, name) => {
    if (name !== undefined) return named[(name as string).toLowerCase()]!;
    const code = dec === undefined ? Number.parseInt(hex as string, 16) : Number(dec);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
