import { isConversation, opcodes } from '../../src/model/stream-event.ts';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { answerTo } from './test-upstream.ts';

/** What the clients of a crowd saw. */
export interface Seen {
  /** Paths of `/items/…`, and how often each was answered. */
  readonly answers: ReadonlyMap<string, number>;
  /** By name of the WebSocket: the texts it sent, each of which came back. */
  readonly messages: ReadonlyMap<string, readonly string[]>;
  /** By name of the stream: its whole text. */
  readonly events: ReadonlyMap<string, string>;
}

/** What clients saw and the cassette does not hold exactly so: each exchange once, its body, its messages, its marks. */
export function missingFrom(cassette: string, { answers, messages, events }: Seen): string[] {
  const missing: string[] = [];
  const times = new Map<string, number>();
  const reader = CassetteReader.open(cassette);
  for (const { id, request, outcome } of reader.exchanges(reader.session().id)) {
    const { target } = request;
    times.set(target, (times.get(target) ?? 0) + 1);
    const [, route = '', name = ''] = target.split('/');
    const expected = route === 'events' ? events.get(name) : route === 'items' ? answerTo(target) : '';
    const isAsSeen =
      outcome?.kind === 'response' &&
      outcome.status === (route === 'talk' ? 101 : 200) &&
      reader.body(outcome.body.sha256).toString() === expected;
    if (!isAsSeen) missing.push(`${target} is there as ${JSON.stringify(outcome).slice(0, 200)}`);
    if (route === 'talk' && !holdsTalk(reader, id, messages.get(name) ?? [])) missing.push(`messages of ${target}`);
    if (route === 'events') {
      const marked = reader.streamMarks(id).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      if (marked !== expected?.length) missing.push(`${target} has marks for ${marked} bytes`);
    }
  }
  reader.close();
  const targets = [
    ...answers.keys(),
    ...[...messages.keys()].map((name) => `/talk/${name}`),
    ...[...events.keys()].map((name) => `/events/${name}`),
  ];
  for (const target of targets) if (times.get(target) !== 1) missing.push(`${target} ${times.get(target) ?? 0} times`);
  return missing;
}

/** Every text sent and then back, in order, and both closes. */
function holdsTalk(reader: CassetteReader, exchangeId: number, texts: readonly string[]): boolean {
  const stored = reader
    .streamEvents(exchangeId)
    .filter(isConversation)
    .filter(({ opcode }) => opcode !== undefined);
  const said = stored
    .filter(({ opcode }) => opcode === opcodes.text)
    .map(({ direction, sha256 }) => `${direction} ${reader.body(sha256).toString()}`);
  const expected = texts.flatMap((text) => [`request ${text}`, `response ${text}`]);
  const closes = stored.filter(({ opcode }) => opcode === opcodes.close).length;
  return said.join('\n') === expected.join('\n') && closes === 2;
}
