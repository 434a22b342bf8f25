import type { BodyFormat, ReadBodies } from './body-format.ts';
import type { Content } from './content.ts';
import { jsonFormat } from './json-format.ts';
import { htmlFormat, xmlFormat } from './markup-format.ts';
import { grpcFormat, protobufFormat } from './protobuf-formats.ts';
import { streamFormat } from './stream-formats.ts';

/** Formats that are compared by their meaning, in the order in which they are tried; what is none is text or bytes. */
const bodyFormats: readonly BodyFormat[] = [
  jsonFormat,
  streamFormat,
  grpcFormat,
  protobufFormat,
  xmlFormat,
  htmlFormat,
];

/** Both bodies in the first format that reads them. */
export function readAlike(baseline: Content, fresh: Content): ReadBodies | undefined {
  for (const format of bodyFormats) {
    const read = format.read(baseline, fresh);
    if (read) return read;
  }
  return undefined;
}
