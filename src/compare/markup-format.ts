import type { JsonValue } from '../model/json-value.ts';
import type { BodyFormat, ReadBodies } from './body-format.ts';
import { compareByteOrderMarks, withoutByteOrderMark } from './byte-order-mark.ts';
import { compareMarkup } from './compare-markup.ts';
import { compareTexts } from './compare-text.ts';
import { ruledDifferences } from './difference-list.ts';
import type { TextContent } from './content.ts';
import { htmlKind, readHtmlMarkup } from './html-markup.ts';
import { markupSegments } from './markup-rows.ts';
import type { MarkupElement } from './markup-tree.ts';
import { MarkupShape } from './markup-values.ts';
import { NamespaceNames, type ReadMarkup, readXmlMarkup } from './xml-markup.ts';

/** XML by structure; XML that no longer is well-formed is broken. */
export const xmlFormat: BodyFormat = {
  name: 'XML',
  read: (baseline, fresh) => {
    if (baseline.kind !== 'text' || fresh.kind !== 'text' || !isXml(baseline) || !isXml(fresh)) return undefined;
    const names = new NamespaceNames();
    const before = readXmlMarkup(withoutByteOrderMark(baseline.text), names);
    if (!before.ok) return undefined;
    const after = readXmlMarkup(withoutByteOrderMark(fresh.text), names);
    if (!after.ok) return after.is === 'malformed' ? malformed([baseline, fresh], after.problem) : undefined;
    return readMarkup([baseline, fresh], [before.document, after.document]);
  },
};

/** HTML by structure. Every text is HTML of some kind. */
export const htmlFormat: BodyFormat = {
  name: 'HTML',
  read: (baseline, fresh) => {
    if (baseline.kind !== 'text' || fresh.kind !== 'text' || !isHtml(baseline) || !isHtml(fresh)) return undefined;
    const texts = [withoutByteOrderMark(baseline.text), withoutByteOrderMark(fresh.text)] as const;
    const kind = texts.some((text) => htmlKind(text) === 'page') ? 'page' : 'piece';
    const before = readHtmlMarkup(texts[0], kind);
    const after: ReadMarkup = before.ok ? readHtmlMarkup(texts[1], kind) : before;
    return before.ok && after.ok ? readMarkup([baseline, fresh], [before.document, after.document]) : undefined;
  },
};

type Pair<T> = readonly [baseline: T, fresh: T];

function readMarkup([before, after]: Pair<TextContent>, [baseline, fresh]: Pair<MarkupElement>): ReadBodies {
  const shape = new MarkupShape([baseline, fresh]);
  let first: JsonValue | undefined;
  let second: JsonValue | undefined;
  return {
    // Most documents are looked at by no rule.
    values: {
      get baseline() {
        return (first ??= shape.valueOf(baseline));
      },
      get fresh() {
        return (second ??= shape.valueOf(fresh));
      },
    },
    compare: (comparison) => [
      ...compareByteOrderMarks(before.text, after.text, comparison.rulings),
      ...compareMarkup({ baseline, fresh, shape }, comparison),
    ],
    segments: (found) => markupSegments({ baseline, fresh, shape }, found),
  };
}

function malformed([baseline, fresh]: Pair<TextContent>, problem: string): ReadBodies {
  return {
    values: { baseline: undefined, fresh: undefined },
    compare: (comparison) => [
      ...ruledDifferences(
        [
          {
            part: 'body',
            path: '',
            pattern: '',
            kind: 'type',
            severity: 'broken',
            before: 'XML',
            after: `text, not well-formed XML: ${problem}`,
          },
        ],
        comparison.rulings,
      ),
      ...compareTexts(baseline, fresh, comparison),
    ],
  };
}

/** `application/xml`, `text/xml` and all `+xml` (RFC 7303 §4); what names no type and begins as XML does. */
function isXml({ contentType, text }: TextContent): boolean {
  if (/^(?:application|text)\/xml$|\+xml$/.test(contentType)) return true;
  return mayBeMarkup(contentType) && /^\uFEFF?<\?xml\s/.test(text);
}

function isHtml({ contentType, text }: TextContent): boolean {
  return (
    contentType === 'text/html' || (mayBeMarkup(contentType) && /^\uFEFF?\s*<(?:!doctype html|html)\b/i.test(text))
  );
}

function mayBeMarkup(contentType: string): boolean {
  return contentType === '' || contentType === 'text/plain';
}
