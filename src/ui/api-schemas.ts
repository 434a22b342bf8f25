/** The part of JSON Schema (2020-12, as OpenAPI 3.1 has it) that the API's documents need. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly minimum?: number;
}

const text: JsonSchema = { type: 'string' };
const count: JsonSchema = { type: 'integer', minimum: 0 };
const texts: JsonSchema = { type: 'array', items: text };
const anyObject: JsonSchema = { type: 'object' };

const described = (schema: JsonSchema, description: string): JsonSchema => ({ ...schema, description });
const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const unixTime = described({ type: 'number' }, 'Unix time in milliseconds');

/** An object: every property is there unless its name ends with `?`. More may be added at any time. */
function object(properties: Readonly<Record<string, JsonSchema>>, description?: string): JsonSchema {
  const names = Object.keys(properties);
  return {
    type: 'object',
    ...(description === undefined ? {} : { description }),
    properties: Object.fromEntries(names.map((name) => [name.replace(/\?$/, ''), properties[name]!])),
    required: names.filter((name) => !name.endsWith('?')),
  };
}

const orNull = (schema: JsonSchema): JsonSchema => ({ oneOf: [schema, { type: 'null' }] });

const onMiss: JsonSchema = { type: 'string', enum: ['error', 'forward', 'record'] };
const recordingMode: JsonSchema = { type: 'string', enum: ['record', 'passthrough'] };
const failReasons = listOf({
  type: 'string',
  enum: ['unmatched', 'forwarded', 'relaxed', 'unused', 'obsolete', 'expired', 'secrets'],
});
const laneCounts = { hits: count, misses: count, forwarded: count, relaxed: count };
const relaxation = object({ address: text, words: text, lane: text, count });

/** The documents of the API by name. */
export const apiSchemas: Readonly<Record<string, JsonSchema>> = {
  Problem: object(
    { type: text, title: text, status: count, code: text, hint: described(text, 'what to do next') },
    'An error (RFC 9457)',
  ),
  Mode: {
    description: 'What the proxy does with requests, and what it may be switched to',
    oneOf: [
      object({ kind: { const: 'replay' }, onMiss, allowed: listOf(onMiss) }),
      object({ kind: { const: 'record' }, mode: recordingMode, allowed: listOf(recordingMode) }),
    ],
  },
  ModeDocument: object({ schema: { const: 'retake.mode/1' }, mode: ref('Mode') }),
  ModeChange: {
    oneOf: [
      object({ onMiss }, 'Of a replay'),
      object({ mode: recordingMode }, 'Of a recording: passthrough pauses it'),
    ],
  },
  Live: object({
    mode: { type: 'string', enum: ['record', 'replay', 'passthrough'] },
    cassettePath: text,
    session: text,
    targets: listOf(object({ name: text, url: text, 'upstream?': text })),
    exchanges: described(count, 'stored (record) or served (replay) since the start'),
    misses: count,
    'warning?': text,
  }),
  Status: object({
    schema: { const: 'retake.status/1' },
    version: text,
    live: described(orNull(ref('Live')), 'null: no proxy runs beside this UI'),
    mode: orNull(ref('Mode')),
    counts: described(orNull(object({ ...laneCounts, faults: count })), 'of a replay'),
  }),
  Sessions: object({
    schema: { const: 'retake.sessions/1' },
    cassettes: listOf(
      object({
        name: text,
        path: text,
        'error?': object({ code: text, message: text, hint: text }),
        'sessions?': listOf(
          object({
            name: text,
            startedAt: text,
            endedAt: { type: ['string', 'null'] },
            targets: listOf(object({ name: text, url: text })),
            exchanges: count,
            incomplete: { type: ['string', 'null'] },
          }),
        ),
      }),
    ),
  }),
  Lane: object({
    name: text,
    how: described(text, 'what said which lane it is: header, baggage, proxy-user, port, path, actor or default'),
    hits: count,
    misses: count,
    writes: count,
    positions: listOf(object({ cassette: text, session: text, last: count, furthest: count })),
  }),
  Lanes: object({ schema: { const: 'retake.lanes/1' }, lanes: listOf(ref('Lane')) }),
  Reset: object({ schema: { const: 'retake.reset/1' }, lanes: described(texts, 'names of those that were reset') }),
  Miss: object({
    code: text,
    title: text,
    reason: text,
    asked: object({ method: text, target: text, targetName: text, bodyBytes: count }),
    cassette: text,
    sessions: texts,
    lane: text,
    'cause?': object({ class: text, place: text, words: text }),
    nearest: listOf(anyObject),
    suggestions: texts,
    advice: listOf(object({ words: text, 'command?': text })),
    answer: described(onMiss, 'who answered'),
    count,
  }),
  Misses: object({
    schema: { const: 'retake.misses/1' },
    misses: count,
    forwarded: count,
    missList: listOf(ref('Miss')),
  }),
  Ledger: object({
    schema: { const: 'retake.ledger/1' },
    sessions: listOf(object({ cassette: text, session: text })),
    verdict: { type: 'string', enum: ['passed', 'failed'] },
    failOn: failReasons,
    failed: failReasons,
    ...laneCounts,
    distinctHits: count,
    unused: count,
    faults: count,
    obsolete: count,
    expired: count,
    'secrets?': count,
    lanes: listOf(object({ name: text, ...laneCounts })),
    missList: listOf(ref('Miss')),
    relaxationList: listOf(relaxation),
    unusedList: listOf(object({ address: text, method: text, target: text, targetName: text })),
    faultList: listOf(object({ fault: text, count })),
    obsoleteList: listOf(object({ what: text, why: text })),
    expiredList: listOf(object({ session: text, startedAt: unixTime, ageDays: count })),
    'secretList?': listOf(object({ address: text, side: text, place: text, rule: text })),
  }),
  LaneLedger: object({
    schema: { const: 'retake.ledger/1' },
    lane: text,
    ...laneCounts,
    missList: listOf(ref('Miss')),
    relaxationList: listOf(relaxation),
  }),
  ServedAnswer: object({
    number: described(count, 'its place in the order of serving'),
    at: unixTime,
    lane: text,
    method: text,
    target: text,
    targetName: text,
    'address?': described(text, 'of the recording that was served; a miss has a code instead'),
    'relaxations?': texts,
    'code?': text,
    'reason?': text,
    'answer?': onMiss,
    'why?': described(anyObject, 'what made this recording the one'),
  }),
  Served: object({
    schema: { const: 'retake.served/1' },
    oldest: described(count, 'number of the oldest answer that is still known'),
    next: described(count, 'to ask from next time'),
    answers: listOf(ref('ServedAnswer')),
  }),
  Fault: object({
    id: count,
    text: described(text, 'the fault in one line, as it may be written again'),
    fault: anyObject,
    matched: described(count, 'requests in its scope'),
    injected: described(count, 'how often something went wrong'),
  }),
  Faults: object({
    schema: { const: 'retake.faults/1' },
    seed: { type: 'number' },
    faults: listOf(ref('Fault')),
    recent: listOf(
      object({ id: count, text, method: text, target: text, lane: text, effect: text, number: count, at: unixTime }),
    ),
  }),
  FaultChange: object({
    fault: {
      description: 'one line such as "GET /orders/*: latency 200ms 20%", or an object as in the configuration',
      oneOf: [text, anyObject],
    },
  }),
  FaultDocument: object({ schema: { const: 'retake.fault/1' }, fault: ref('Fault') }),
  Stopping: object({ schema: { const: 'retake.stop/1' }, stopping: { type: 'boolean' } }),
  OpenApi: object({
    openapi: text,
    info: anyObject,
    servers: listOf(anyObject),
    security: listOf(anyObject),
    paths: anyObject,
    components: anyObject,
  }),
};
