import type { RawMessage } from './byte-reader.ts';
import { sendRaw } from './raw-client.ts';

/** A request by its line and headers; the rest of what HTTP asks for is added. */
export interface Sent {
  /** `PUT /v2/tags` */
  readonly line: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

export type Send = (request: Sent) => Promise<RawMessage>;

/** A conversation with a server that has a state: writes in order, and what there is to look at between them. */
export interface Play {
  readonly writes: readonly ((send: Send) => Promise<void>)[];
  readonly reads: readonly Sent[];
}

/** Which reads a client makes after so many writes, in its order; by their index. */
export type Looks = (made: number) => readonly number[];

/** What a read showed after so many writes. */
export interface Seen {
  readonly made: number;
  readonly read: number;
  readonly shown: string;
}

export const missed = 'a miss';

/** Status and body, and the headers that say which state it is. */
export function shownBy({ startLine, headers, body }: RawMessage): string {
  if (headers.some(([name]) => name.toLowerCase() === 'x-retake-miss')) return missed;
  const tags = headers.filter(([name]) => /^(?:etag|docker-content-digest|link)$/i.test(name)).map(([, tag]) => tag);
  return [startLine.split(' ')[1], ...tags, body.toString('latin1')].join(' ');
}

/** Empty without it. */
export function headerOf({ headers }: RawMessage, wanted: string): string {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
}

/** Sends on a connection of its own each; `prefix` stands before every path. */
export function sender(
  url: string,
  { headers = [], prefix = '' }: { readonly headers?: readonly string[]; readonly prefix?: string } = {},
): Send {
  const { port, host } = new URL(url);
  return ({ line, headers: own = [], body = '' }) => {
    const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
    const [method, target] = line.split(' ');
    const head = [`${method} ${prefix}${target} HTTP/1.1`, `Host: ${host}`, ...headers, ...own, ...length];
    return sendRaw(Number(port), `${head.join('\r\n')}\r\n\r\n${body}`);
  };
}

export async function perform(send: Send, { writes, reads }: Play, looks: Looks): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (let made = 0; made <= writes.length; made++) {
    await writes[made - 1]?.(send);
    for (const read of looks(made)) seen.push({ made, read, shown: shownBy(await send(reads[read]!)) });
  }
  return seen;
}

/** Everything once, in order: what the server shows after each write. */
export function allOf({ reads }: Play): Looks {
  return () => reads.map((_, i) => i);
}

/** Each read up to three times or not at all, in any order; the same for the same seed. */
export function someOf({ reads }: Play, { seed, share }: { readonly seed: number; readonly share: number }): Looks {
  let state = seed * 2_654_435_761;
  const random = (): number => {
    // Numerical Recipes' generator; its upper bits are as good as a schedule needs.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return () => {
    const picks = reads.flatMap((_, i) =>
      random() < share ? Array.from({ length: 1 + Math.floor(random() * 3) }, () => i) : [],
    );
    return picks
      .map((read) => ({ read, at: random() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ read }) => read);
  };
}

/** The same, but each read at most once after each write. */
export function onceOf(looks: Looks): Looks {
  return (made) => [...new Set(looks(made))];
}

/** Reads that these looks show in more than one state; of the others nobody can know that they change. */
export function changingReads(truth: readonly Seen[], looks: Looks, writes: number): ReadonlySet<number> {
  const shown = new Map<number, Set<string>>();
  const known = new Map(truth.map((seen) => [`${seen.made} ${seen.read}`, seen.shown]));
  for (let made = 0; made <= writes; made++) {
    for (const read of looks(made)) {
      if (!shown.has(read)) shown.set(read, new Set());
      shown.get(read)!.add(known.get(`${made} ${read}`)!);
    }
  }
  return new Set([...shown].filter(([, states]) => states.size > 1).map(([read]) => read));
}

/** What was seen although the server would have shown something else then. Misses show nothing. */
export function untrue(seen: readonly Seen[], truth: readonly Seen[], { reads }: Play): string[] {
  const known = new Map(truth.map(({ made, read, shown }) => [`${made} ${read}`, shown]));
  return seen
    .filter(({ made, read, shown }) => shown !== missed && known.get(`${made} ${read}`) !== shown)
    .map(({ made, read, shown }) => `after ${made} writes ${reads[read]!.line}: ${shown}`);
}
