import { grpcMessageSizes, prefixBytes } from '../../model/grpc-messages.ts';
import { parseJsonValue, jsonText } from '../../model/json-value.ts';
import { opcodes } from '../../model/stream-event.ts';
import type { TalkMessage } from '../../model/talk.ts';
import type { FreshResponse } from '../fresh-response.ts';
import { type Answer, answerWith } from './answer.ts';
import { itemMutations, type MutableItem } from './items-mutations.ts';
import type { Mutation, MutationContext } from './mutation.ts';

type WriteText = (text: string) => FreshResponse;

/** Of server-sent events. Comments keep connections alive and say nothing. */
export function* eventMutations(text: string, write: WriteText, context: MutationContext): Generator<Mutation> {
  const items = text
    .split(/(?<=\r\n\r\n|\n\n|\r\r)/)
    .filter((block) => /^[^:\s]/m.test(block))
    .map(eventItem);
  yield* itemMutations({ noun: 'event', items, write: (blocks) => write(blocks.join('')), context });
}

function eventItem(block: string): MutableItem<string> {
  const [line, data] = /^data: ?(.*)$/m.exec(block) ?? [];
  if (line === undefined || data === undefined) return { item: block };
  const start = block.indexOf(line) + line.length - data.length;
  const put = (text: string): string => block.slice(0, start) + text + block.slice(start + data.length);
  return { item: block, ...said(data, put) };
}

/** Of NDJSON and its kin, one document on a line. */
export function* lineMutations(text: string, write: WriteText, context: MutationContext): Generator<Mutation> {
  const lines = text.split(/(?<=\n)/).filter((line) => line.trim() !== '');
  const items = lines.map((line): MutableItem<string> => {
    const end = line.endsWith('\n') ? '\n' : '';
    return { item: line, ...said(line.trim(), (other) => other + end) };
  });
  yield* itemMutations({ noun: 'line', items, write: (some) => write(some.join('')), context });
}

function said<I>(text: string, put: (text: string) => I): Pick<MutableItem<I>, 'document' | 'text'> {
  const parsed = /^\s*[[{]/.test(text) ? parseJsonValue(text) : undefined;
  if (parsed?.ok && parsed.shadowed.length === 0) {
    return { document: { value: parsed.value, put: (value) => put(jsonText(value)) } };
  }
  return { text: { value: text, put } };
}

/** A message of the server, and how many others had come before: of the client, or pings. */
interface Heard {
  readonly message: TalkMessage;
  readonly after: number;
}

/** Of the server's messages in a conversation. Pings keep connections alive and say nothing. */
export function* talkMutations(answer: Answer, context: MutationContext): Generator<Mutation> {
  const heard: Heard[] = [];
  const others: TalkMessage[] = [];
  for (const message of answer.messages ?? []) {
    const { direction, opcode } = message;
    const isHeard = direction === 'response' && opcode !== opcodes.ping && opcode !== opcodes.pong;
    if (isHeard) heard.push({ message, after: others.length });
    else others.push(message);
  }
  const write = (some: readonly Heard[]): FreshResponse => {
    let passed = 0;
    const messages = some.flatMap(({ message, after }) => {
      const before = others.slice(passed, Math.max(passed, after));
      passed += before.length;
      return [...before, message];
    });
    return answerWith(answer, { messages: [...messages, ...others.slice(passed)] });
  };
  yield* itemMutations({ noun: 'message', items: heard.map(messageItem), write, context });
}

function messageItem(item: Heard): MutableItem<Heard> {
  const { opcode, payload } = item.message;
  const put = (other: Buffer): Heard => ({ ...item, message: { ...item.message, payload: other } });
  if (opcode === opcodes.text) return { item, ...said(payload.toString(), (text) => put(Buffer.from(text))) };
  return { item, ...(payload.length > 0 && { damaged: put(damaged(payload)) }) };
}

/** Of gRPC, message by message. */
export function* grpcMutations(
  body: Buffer,
  write: (body: Buffer) => FreshResponse,
  context: MutationContext,
): Generator<Mutation> {
  let at = 0;
  const items = grpcMessageSizes()(body).map((sizeBytes): MutableItem<Buffer> => {
    const item = body.subarray(at, (at += sizeBytes));
    return { item, ...(sizeBytes > prefixBytes && { damaged: damaged(item) }) };
  });
  yield* itemMutations({ noun: 'message', items, write: (frames) => write(Buffer.concat(frames)), context });
}

/** Another byte, the last one unless told otherwise. */
export function damaged(bytes: Buffer, at = bytes.length - 1): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 1;
  return copy;
}
