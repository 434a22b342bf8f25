import type { BodyFormat, ReadBodies } from './body-format.ts';
import type { Content } from './content.ts';
import { formFormat } from './form-format.ts';
import { jsonFormat } from './json-format.ts';
import { htmlFormat, xmlFormat } from './markup-format.ts';
import { multipartFormat } from './multipart-format.ts';
import { pictureFormat } from './picture-format.ts';
import { grpcFormat, protobufFormat } from './protobuf-formats.ts';
import { streamFormat } from './stream-formats.ts';

/** Formats of whole bodies and of parts of multipart bodies. */
const partFormats: readonly BodyFormat[] = [
  jsonFormat,
  streamFormat,
  grpcFormat,
  protobufFormat,
  xmlFormat,
  htmlFormat,
  formFormat,
  pictureFormat,
];

/** Formats that are compared by their meaning, in the order in which they are tried; what is none is text or bytes. */
const bodyFormats: readonly BodyFormat[] = [
  ...partFormats,
  multipartFormat((baseline, fresh) => readFirst(partFormats, baseline, fresh)),
];

/** Both bodies in the first format that reads them. */
export function readAlike(baseline: Content, fresh: Content): ReadBodies | undefined {
  return readFirst(bodyFormats, baseline, fresh);
}

function readFirst(formats: readonly BodyFormat[], baseline: Content, fresh: Content): ReadBodies | undefined {
  for (const format of formats) {
    const read = format.read(baseline, fresh);
    if (read) return read;
  }
  return undefined;
}
