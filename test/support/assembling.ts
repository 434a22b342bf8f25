import { createHash } from 'node:crypto';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type Frame, type FrameKind, FrameWriter, readFrames } from '../../src/proxy/capture-frames.ts';
import { fields } from '../../src/proxy/capture.ts';
import { ExchangeAssembler } from '../../src/proxy/exchange-assembler.ts';
import type { Exchange } from '../../src/model/exchange.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { fixedTime, newSession } from './cassette.ts';
import { tempFolder } from './temp-folder.ts';

/** One frame: its kind, and text or bytes. */
export type Part = readonly [kind: FrameKind, payload: string | Buffer];

/** Frames of one exchange, in memory that is overwritten as soon as the group has been written. */
function group(
  position: number,
  ...parts: readonly Part[]
): { readonly frames: () => Iterable<Frame>; readonly reuse: () => void } {
  const slab = new ArrayBuffer(1_000_000);
  const writer = new FrameWriter(slab);
  for (const [kind, payload] of parts) {
    if (typeof payload === 'string') writer.text(kind, position, payload);
    else writer.data(kind, position, payload, 0);
  }
  return { frames: () => readFrames(slab, writer.used), reuse: () => void Buffer.from(slab).fill(0x58) };
}

export const open = (method = 'POST', target = '/orders', ...headers: string[]): Part => [
  'open',
  fields(2, fixedTime, 0, method, target, '1.1', headers),
];
export const head = (...headers: string[]): Part => [
  'response-head',
  fields(3.5, 201, 'length', '1.1', 'Created', headers),
];
export const end = (requestBytes = 0, responseBytes = 0): Part => ['end', fields(12, requestBytes, responseBytes, [])];

/** Puts exchanges together from frames, into a cassette of its own, for the rest of the running test. */
export function assembling(options: { redaction?: 'on' | 'off'; maxMessageBytes?: number } = {}) {
  const writer = CassetteWriter.open(path.join(tempFolder(), 'a.cassette'), { create: 'if-missing' });
  onTestFinished(() => writer.close());
  const sessionId = writer.beginSession(newSession());
  const assembler = new ExchangeAssembler({
    writer,
    sessionId,
    session: 'session-1',
    targets: [{ name: 'default', url: 'http://t' }],
    maxMessageBytes: options.maxMessageBytes ?? Number.POSITIVE_INFINITY,
    redactor: options.redaction === 'off' ? undefined : createRedactor(createHash('sha256').update('k').digest()),
  });
  const write = (position: number, ...parts: readonly Part[]) => {
    const one = group(position, ...parts);
    const result = assembler.write(one.frames());
    one.reuse();
    return result;
  };
  const exchange = (position: number): Exchange | undefined => writer.reader().exchange(sessionId, position);
  const body = (sha256: string): string => writer.reader().body(sha256).toString();
  return { writer, sessionId, assembler, write, exchange, body };
}
