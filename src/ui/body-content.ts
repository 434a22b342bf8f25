import { contentOf } from '../compare/content.ts';
import type { BodyFacts } from '../model/exchange.ts';
import { contentCodings } from '../model/content-coding.ts';
import type { RedactedSlot } from '../model/flow.ts';
import { mediaType } from '../model/content-shape.ts';
import type { RawHeaders } from '../model/headers.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';
import type { BodyContent, BodyViewProps } from '../views/body-view.tsx';
import { imageType } from '../views/image-type.ts';
import { layOutJson } from '../views/json-tokens.ts';
import { formatSize } from '../views/quantities.ts';

/** Shown at once: a page of this much text still opens in an instant. */
const headChars = 64 * 1024;
/** Shown on demand; beyond it only the download helps. */
const wholeChars = 2 * 1024 * 1024;
/** Bodies up to this size are read and decoded whole; of larger ones only the beginning is read. */
const readBytes = 4 * 1024 * 1024;
const hexBytes = 4 * 1024;
const wholeHexBytes = 64 * 1024;

export interface BodySource {
  readonly reader: CassetteReader;
  readonly label: string;
  readonly headers: RawHeaders;
  readonly facts: BodyFacts;
  readonly redacted: readonly RedactedSlot[];
  readonly amount: 'head' | 'whole';
  readonly wholeUrl: string;
  readonly downloadUrl: string;
  /** Where the bytes are served as a picture, if they are one. */
  readonly pictureUrl: string;
}

/** Reads as much of a stored body as will be shown, and makes it readable. */
export function bodyView(source: BodySource): BodyViewProps {
  const { facts, headers } = source;
  const codings = contentCodings(headers);
  const base = {
    label: source.label,
    contentType: mediaType(headers),
    codings,
    storedBytes: facts.sizeBytes,
    downloadUrl: source.downloadUrl,
    redacted: source.redacted.filter(({ place }) => place.startsWith('json:') || place.startsWith('form:')),
  };
  const cut = facts.truncated
    ? [
        facts.sizeBytes === facts.fullSizeBytes
          ? 'Its end was never seen.'
          : `Captured ${formatSize(facts.sizeBytes)} of ${formatSize(facts.fullSizeBytes)}: the limit --max-body cut it.`,
      ]
    : [];
  if (facts.sizeBytes === 0) return { ...base, content: { kind: 'empty' }, warnings: cut };
  if (facts.sizeBytes > readBytes) return { ...base, ...largeBody(source, codings), warnings: cut };

  const stored = source.reader.body(facts.sha256);
  const content = contentOf(headers, stored);
  // A cut body never decodes or parses to its end; the banner above says why.
  const warnings = content.problem === undefined || facts.truncated ? cut : [...cut, sentence(content.problem)];
  const shown = show(source, content);
  return { ...base, ...shown, decodedBytes: content.bytes.length, warnings };
}

type Shown = Pick<BodyViewProps, 'content' | 'shownBytes' | 'wholeUrl'>;

function show(source: BodySource, content: ReturnType<typeof contentOf>): Shown {
  const picture = imageType(content.bytes);
  if (picture !== undefined) return { content: { kind: 'image', type: picture, url: source.pictureUrl } };
  if (content.kind === 'bytes') return hexOf(source, content.bytes);
  const limit = source.amount === 'whole' ? wholeChars : headChars;
  const more = (shown: BodyContent): Shown => ({
    content: shown,
    shownBytes: limit,
    ...(source.amount === 'head' && content.text.length <= wholeChars ? { wholeUrl: source.wholeUrl } : {}),
  });
  if (content.kind === 'json') {
    const layout = layOutJson(content.text, limit);
    if (layout) return layout.complete ? { content: { kind: 'json', layout } } : more({ kind: 'json', layout });
  }
  if (content.contentType === 'application/x-www-form-urlencoded' && content.text.length <= limit) {
    return { content: { kind: 'form', fields: [...new URLSearchParams(content.text)] } };
  }
  if (content.text.length <= limit) return { content: { kind: 'text', text: content.text } };
  return more({ kind: 'text', text: content.text.slice(0, limit) });
}

function hexOf(source: BodySource, bytes: Uint8Array): Shown {
  const limit = source.amount === 'whole' ? wholeHexBytes : hexBytes;
  if (bytes.length <= limit) return { content: { kind: 'bytes', bytes } };
  return {
    content: { kind: 'bytes', bytes: bytes.subarray(0, limit) },
    shownBytes: limit,
    ...(source.amount === 'head' && bytes.length <= wholeHexBytes ? { wholeUrl: source.wholeUrl } : {}),
  };
}

/** The beginning only, as sent: as text where it is text. */
function largeBody(source: BodySource, codings: readonly string[]): Shown {
  const head = firstChunk(source).subarray(0, headChars);
  const type = mediaType(source.headers);
  if (codings.length === 0 && (type.startsWith('text/') || /json|xml|javascript/.test(type)) && !head.includes(0)) {
    // Not fatal: the cut may fall into the middle of a character.
    return { content: { kind: 'text', text: new TextDecoder().decode(head) }, shownBytes: head.length };
  }
  return { content: { kind: 'bytes', bytes: head.subarray(0, hexBytes) }, shownBytes: hexBytes };
}

function firstChunk({ reader, facts }: BodySource): Buffer {
  // Leaving the loop ends the query, which closing the reader needs.
  for (const chunk of reader.bodyChunks(facts.sha256)) return chunk;
  return Buffer.alloc(0);
}

function sentence(problem: string): string {
  return `${problem[0]!.toUpperCase()}${problem.slice(1)}.`;
}
