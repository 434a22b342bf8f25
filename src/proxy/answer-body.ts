import { decodeContent } from '../model/content-coding.ts';
import { isJsonType, mediaType } from '../model/content-shape.ts';
import { type ResponseFacts, responseOf, type StreamMark } from '../model/exchange.ts';
import type { RawHeaders } from '../model/headers.ts';
import { applyEdits, type TextEdit } from '../model/text-edit.ts';
import type { TextSyntax } from './answer-edits.ts';
import { digestHeaders } from './answer-digests.ts';
import type { Recording } from './recording-cache.ts';

/** What is to change in an answer. Texts hold one character per byte. */
export interface AnswerEditing {
  readonly from: 'echo' | 'time';
  readonly ofHeader: (name: string, value: string) => readonly TextEdit[];
  /** Of a decoded body of text. */
  readonly ofBody: (text: string, syntax: TextSyntax) => readonly TextEdit[];
}

/** What replay changed in an answer, or could not. */
export interface AnswerChange {
  /** `header:NAME`, `trailer:NAME` or `body`. */
  readonly place: string;
  readonly from: 'echo' | 'time';
  /** Values replaced. */
  readonly count: number;
  /** The body was left as recorded. */
  readonly left?: LeftBody;
}

/** `large`: over 1 MiB. `coded`: in a coding that cannot be undone. `part`: a part of a whole, whose length is fixed. */
export type LeftBody = 'large' | 'coded' | 'part' | 'conversation';

export interface EditedAnswer {
  /** The very same one when nothing changes. */
  readonly recording: Recording;
  readonly changes: readonly AnswerChange[];
}

/** A recording with an answer in which some values are others, all else byte for byte as recorded. */
export function editAnswer(recording: Recording, editing: AnswerEditing): EditedAnswer {
  const { outcome } = recording.exchange;
  const facts = responseOf(outcome);
  if (!outcome || !facts || facts.status === 101) return { recording, changes: [] };
  const changes: AnswerChange[] = [];
  const headers = editHeaders(facts.headers, 'header', { editing, changes });
  const trailers = editHeaders(facts.trailers, 'trailer', { editing, changes });
  const body = editBody(recording, facts, { editing, changes });
  if (!body && headers === facts.headers && trailers === facts.trailers) return { recording, changes };
  const edited: ResponseFacts = {
    ...facts,
    headers: body ? fittingHeaders(headers, body) : headers,
    trailers: body ? digestHeaders(trailers, body) : trailers,
    ...(body ? { body: { ...facts.body, sizeBytes: body.bytes.length } } : {}),
  };
  const { isHeld: _, ...rest } = recording;
  return {
    recording: {
      ...rest,
      exchange: {
        ...recording.exchange,
        outcome: outcome.kind === 'response' ? { kind: 'response', ...edited } : { ...outcome, response: edited },
      },
      ...(body ? { body: body.bytes, marks: body.marks } : {}),
    },
    changes,
  };
}

interface Editing {
  readonly editing: AnswerEditing;
  readonly changes: AnswerChange[];
}

/** Nobody's values, or derived from the body. */
const framing = /^(?:content-length|transfer-encoding|connection|content-encoding|content-type|trailer|upgrade)$/i;

function editHeaders(headers: RawHeaders, kind: 'header' | 'trailer', { editing, changes }: Editing): RawHeaders {
  let edited: string[] | undefined;
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i]!;
    if (framing.test(name)) continue;
    const value = headers[i + 1]!;
    // What a client says in a body may hold line ends, which would be headers of their own.
    const edits = editing.ofHeader(name, value).filter(({ text }) => !/[\0-\x1f\x7f]/.test(text));
    if (edits.length === 0) continue;
    (edited ??= [...headers])[i + 1] = applyEdits(value, edits);
    changes.push({ place: `${kind}:${name.toLowerCase()}`, from: editing.from, count: edits.length });
  }
  return edited ?? headers;
}

/** A body before and after. */
export interface EditedBody {
  readonly before: Buffer;
  readonly bytes: Buffer;
  readonly marks: readonly StreamMark[];
}

function editBody(recording: Recording, facts: ResponseFacts, { editing, changes }: Editing): EditedBody | undefined {
  const { body, marks } = recording;
  const { from } = editing;
  if (body === undefined) {
    changes.push({ place: 'body', from, count: 0, left: 'large' });
    return undefined;
  }
  if (body.length === 0) return undefined;
  const syntax = syntaxOf(facts.headers);
  if (!syntax) return undefined;
  const decoded = decodeContent(facts.headers, body);
  if (!decoded.ok) {
    changes.push({ place: 'body', from, count: 0, left: 'coded' });
    return undefined;
  }
  const text = decoded.content.toString('latin1');
  // No text in a charset that contains ASCII.
  if (text.includes('\0')) return undefined;
  const edits = editing.ofBody(text, syntax);
  if (edits.length === 0) return undefined;
  const isPlain = decoded.content === body;
  const bytes = decoded.encode(Buffer.from(applyEdits(text, edits), 'latin1'));
  if (facts.status === 206 && bytes.length !== body.length) {
    changes.push({ place: 'body', from, count: 0, left: 'part' });
    return undefined;
  }
  changes.push({ place: 'body', from, count: edits.length });
  return { before: body, bytes, marks: isPlain ? movedMarks(marks, edits) : scaledMarks(marks, body, bytes) };
}

/** Undefined: no text that could be changed without breaking it. */
export function syntaxOf(headers: RawHeaders): TextSyntax | undefined {
  const type = mediaType(headers);
  if (type === 'text/event-stream' || /[/+-](?:ndjson|jsonl(?:ines)?|json-seq)$/.test(type)) return 'lines';
  if (isJsonType(type) || type === '') return 'json';
  if (type.startsWith('text/')) return type === 'text/plain' ? 'json' : 'text';
  return /^application\/(?:x-www-form-urlencoded|graphql|xml|x-yaml|yaml|toml|(?:x-)?javascript|ecmascript|http)$|\+xml$|\+yaml$/.test(
    type,
  )
    ? 'text'
    : undefined;
}

function fittingHeaders(headers: RawHeaders, body: EditedBody): RawHeaders {
  const delta = body.bytes.length - body.before.length;
  const fitting = digestHeaders(headers, body);
  if (delta === 0) return fitting;
  return fitting.map((text, i) =>
    i % 2 === 1 && fitting[i - 1]!.toLowerCase() === 'content-length' && /^\d+$/.test(text)
      ? String(Number(text) + delta)
      : text,
  );
}

/** Pieces end where they ended; one that ended inside a value ends as far into what stands for it. */
function movedMarks(marks: readonly StreamMark[], edits: readonly TextEdit[]): readonly StreamMark[] {
  if (marks.length === 0) return marks;
  let edit = 0;
  let delta = 0;
  let recordedEnd = 0;
  let lastEnd = 0;
  return marks.map(({ offsetMs, sizeBytes }) => {
    recordedEnd += sizeBytes;
    while (edit < edits.length && edits[edit]!.end <= recordedEnd) {
      delta += edits[edit]!.text.length - (edits[edit]!.end - edits[edit]!.start);
      edit += 1;
    }
    const cut = edits[edit];
    const end =
      cut && cut.start < recordedEnd
        ? cut.start + delta + Math.min(recordedEnd - cut.start, cut.text.length)
        : recordedEnd + delta;
    const size = end - lastEnd;
    lastEnd = end;
    return { offsetMs, sizeBytes: size };
  });
}

/** Compressed anew there are no pieces to keep: the whole is cut in the recorded proportions. */
function scaledMarks(marks: readonly StreamMark[], before: Buffer, after: Buffer): readonly StreamMark[] {
  let recordedEnd = 0;
  let lastEnd = 0;
  return marks.map(({ offsetMs, sizeBytes }) => {
    recordedEnd += sizeBytes;
    const end = Math.round((recordedEnd * after.length) / before.length);
    const size = end - lastEnd;
    lastEnd = end;
    return { offsetMs, sizeBytes: size };
  });
}
