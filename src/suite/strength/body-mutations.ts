import { contentOf, type Content } from '../../compare/content.ts';
import { decodeContent } from '../../model/content-coding.ts';
import { jsonText } from '../../model/json-value.ts';
import type { FreshResponse } from '../fresh-response.ts';
import { type Answer, answerWith } from './answer.ts';
import { jsonMutations } from './json-mutations.ts';
import type { Mutation, MutationContext } from './mutation.ts';
import { damaged, eventMutations, grpcMutations, lineMutations } from './stream-mutations.ts';
import { formMutations, markupMutations, plainMutations } from './text-mutations.ts';

/** Every way in which a body could be wrong in one place, by what it is; and all of it: cut, empty. */
export function* bodyMutations(answer: Answer, context: MutationContext): Generator<Mutation> {
  const { body, facts } = answer;
  if (body === undefined || body.length === 0) return;
  yield { kind: 'empty', words: 'empty body', pattern: 'empty body', apply: () => answerWith(answer, { body: empty }) };
  const decoded = decodeContent(facts.headers, body);
  if (!decoded.ok) return;
  const write = (content: Buffer): FreshResponse => answerWith(answer, { body: decoded.encode(content) });
  const content = contentOf(facts.headers, body);
  // Half a character would say more than half a text.
  const half = decoded.content.subarray(0, Math.floor(decoded.content.length / 2));
  yield { kind: 'cut', words: 'cut body', pattern: 'cut body', apply: () => write(half) };
  if (content.contentType.startsWith('application/grpc')) yield* grpcMutations(decoded.content, write, context);
  else yield* contentMutations(content, decoded.content, { write, context });
}

const empty = Buffer.alloc(0);

interface ContentOptions {
  readonly write: (content: Buffer) => FreshResponse;
  readonly context: MutationContext;
}

function contentMutations(content: Content, bytes: Buffer, { write, context }: ContentOptions): Iterable<Mutation> {
  const encode = content.kind === 'bytes' ? undefined : encoderOf(content.text, bytes);
  if (content.kind === 'bytes' || !encode) {
    // The last ones may be padding.
    const apply = (): FreshResponse => write(damaged(bytes, Math.floor(bytes.length / 2)));
    return [{ kind: 'text', words: 'text of a byte', pattern: 'text of a byte', apply }];
  }
  const { text, contentType } = content;
  const put = (other: string): FreshResponse => write(encode(other));
  if (contentType === 'text/event-stream') return eventMutations(text, put, context);
  if (lineTypes.test(contentType)) return lineMutations(text, put, context);
  if (content.kind === 'json' && content.shadowed.length === 0) {
    const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
    return jsonMutations(content.value, { ...context, write: (value) => put(mark + jsonText(value)) });
  }
  if (contentType === 'application/x-www-form-urlencoded') return formMutations(text, put, context);
  if (/(?:\/|\+)(?:html|xml)$/.test(contentType)) return markupMutations(text, put, context);
  return plainMutations(text, put, context);
}

const lineTypes = /(?:ndjson|jsonl|jsonlines|json-lines|stream\+json|json-stream)$/;

/** The way back to bytes that is one; undefined when the text was decoded otherwise. */
function encoderOf(text: string, bytes: Buffer): ((text: string) => Buffer) | undefined {
  for (const encoding of ['utf8', 'latin1'] as const) {
    if (Buffer.from(text, encoding).equals(bytes)) return (other) => Buffer.from(other, encoding);
  }
  return undefined;
}
