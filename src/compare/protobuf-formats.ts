import type { RawHeaders } from '../model/headers.ts';
import type { JsonValue } from '../model/json-value.ts';
import type { BodyFormat } from './body-format.ts';
import { compareHeaders } from './compare-headers.ts';
import { compareItems, valuesOf } from './compare-items.ts';
import { compareJson } from './compare-json.ts';
import type { Content } from './content.ts';
import { type GrpcFrame, grpcFrames } from './grpc-frames.ts';
import { readProtobuf } from './protobuf-values.ts';
import { parseFields, type WireField } from './protobuf-wire.ts';
import { judgedItems, type StreamItem, textItem } from './stream-items.ts';

const grpcTypes = /^application\/grpc(-web|-web-text)?(?:\+(proto|json|[\w.-]+))?$/;
const protobufTypes = /^application\/(?:(?:x-|vnd\.google\.)?protobuf|x-google-protobuf)$/;

/** gRPC and gRPC-Web: an array of messages, of which those of Protocol Buffers are read without their schema. */
export const grpcFormat: BodyFormat = {
  name: 'gRPC',
  read: (baseline, fresh) => {
    const [before, after] = [grpcTypes.exec(baseline.contentType), grpcTypes.exec(fresh.contentType)];
    if (!before || !after || codecOf(before) !== codecOf(after)) return undefined;
    const sides = [framesOf(baseline, before), framesOf(fresh, after)] as const;
    const items = codecOf(before) === 'json' ? sides.map(jsonItems) : protobufItems(...sides);
    if (!items) return undefined;
    const [first, read] = items as [StreamItem[], StreamItem[]];
    const second = judgedItems(first, read, fresh);
    return {
      values: { baseline: valuesOf(first), fresh: valuesOf(second) },
      shownAs: 'values',
      compare: (comparison) => [
        ...compareItems(first, second, comparison),
        ...compareHeaders(trailersIn(sides[0]), trailersIn(sides[1]), {
          ...comparison,
          part: 'trailer',
          bodiesDiffer: true,
        }),
      ],
    };
  },
};

/** One message of Protocol Buffers as a body. */
export const protobufFormat: BodyFormat = {
  name: 'Protocol Buffers',
  read: (baseline, fresh) => {
    const isProtobuf = [baseline, fresh].every(
      ({ contentType, problem }) => protobufTypes.test(contentType) && problem === undefined,
    );
    const before = isProtobuf ? parseFields(baseline.bytes) : undefined;
    if (!before) return undefined;
    const after = parseFields(fresh.bytes);
    const values = readProtobuf(after ? [before, after] : [before]);
    if (!values) return undefined;
    const [first, second = fresh.bytes.toString('hex')] = values as [JsonValue, JsonValue?];
    return {
      values: { baseline: first, fresh: second },
      shownAs: 'values',
      compare: (comparison) => compareJson({ value: first, shadowed: [] }, { value: second, shadowed: [] }, comparison),
    };
  },
};

/** Protocol Buffers unless told. */
function codecOf(type: RegExpExecArray): string {
  return type[2] ?? 'proto';
}

function framesOf({ bytes, isOpen }: Content, type: RegExpExecArray): readonly GrpcFrame[] {
  const isText = type[1] === '-web-text';
  const frames = grpcFrames(isText ? fromBase64(bytes) : bytes);
  // Node reads on behind characters that are no base64; no client does.
  if (isText && /[^A-Za-z0-9+/=]/.test(bytes.toString('latin1').trimEnd())) {
    return [...frames, { payload: bytes, isTrailers: false, problem: 'it holds characters that are no base64' }];
  }
  // Of a stream that its client left, a message that had no end yet is none.
  return isOpen && frames.at(-1)?.isCut ? frames.slice(0, -1) : frames;
}

/** gRPC-Web as text is base64 whose pieces may each end with padding. */
function fromBase64(text: Buffer): Buffer {
  const pieces = text.toString('latin1').match(/[^=]+=*/g) ?? [];
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64')));
}

function jsonItems(frames: readonly GrpcFrame[]): StreamItem[] {
  return messagesIn(frames).map(({ payload, problem }) => ({
    ...textItem(payload.toString()),
    ...(problem === undefined ? {} : { problem }),
  }));
}

/**
 * Messages of both sides, guessed together. Where the baseline holds what is no message of Protocol Buffers (other
 * codecs go by the same type), all of it is text or bytes; else only what can be read no more.
 */
function protobufItems(
  baseline: readonly GrpcFrame[],
  fresh: readonly GrpcFrame[],
): readonly [StreamItem[], StreamItem[]] | undefined {
  const frames = [...messagesIn(baseline), ...messagesIn(fresh)];
  const count = messagesIn(baseline).length;
  const parsed = frames.map(({ payload, problem }) => (problem === undefined ? parseFields(payload) : undefined));
  const isProtobuf = parsed.slice(0, count).every((fields) => fields !== undefined);
  const messages = isProtobuf ? parsed.filter((fields): fields is readonly WireField[] => fields !== undefined) : [];
  const values = readProtobuf(messages);
  if (!values) return undefined;
  const encoding = !isProtobuf && frames.every(isText) ? 'utf8' : 'hex';
  let next = 0;
  const items = frames.map(({ payload, problem }, index): StreamItem => {
    if (isProtobuf && parsed[index]) return { value: values[next++]!, shadowed: [] };
    const why = problem ?? (isProtobuf ? 'it holds a message that is no Protocol Buffers' : undefined);
    return { value: payload.toString(encoding), shadowed: [], ...(why === undefined ? {} : { problem: why }) };
  });
  return [items.slice(0, count), items.slice(count)];
}

function messagesIn(frames: readonly GrpcFrame[]): GrpcFrame[] {
  return frames.filter(({ isTrailers }) => !isTrailers);
}

function isText({ payload }: GrpcFrame): boolean {
  // oxlint-disable-next-line no-control-regex
  return !/[\x00-\x08\x0e-\x1f\x7f\uFFFD]/.test(payload.toString());
}

/** gRPC-Web sends them as its last frame: lines of an HTTP/1.1 head. */
function trailersIn(frames: readonly GrpcFrame[]): RawHeaders {
  return frames
    .filter(({ isTrailers }) => isTrailers)
    .flatMap(({ payload }) => payload.toString('latin1').split('\r\n'))
    .filter((line) => line.includes(':'))
    .flatMap((line) => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()]);
}
