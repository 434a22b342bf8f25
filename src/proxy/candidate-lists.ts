import { headerValue } from '../model/headers.ts';
import type { Candidate, ReplayIndex, ShapedCandidate } from '../store/replay-index.ts';
import { AskedBefore } from './asked-before.ts';
import { TwoGenerations } from './two-generations.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';
import type { Session } from '../model/session.ts';

/** The recordings of one key. */
export interface Candidates<C extends Candidate = Candidate> {
  readonly all: readonly C[];
  /** Those that fit what the client wants: a page and a WebSocket may share their path, and so their key. */
  readonly asked: readonly C[];
}

/** Lists kept, half of them at least: about 1 KiB each unless a client polls, and then it is the one that is wanted again. */
const generationSize = 5000;

/** A list of a thousand recordings takes the room of a hundred lists of one. */
function weightOf({ all }: Candidates): number {
  return 1 + Math.floor(all.length / 10);
}

/** What is listed. */
export interface ListedSession {
  readonly reader: Pick<CassetteReader, 'candidates' | 'exchangeById'>;
  readonly session: Session;
  readonly lookup?: ReplayIndex;
}

/** The recordings of a session that may answer, by key and by shape; what was looked up last is kept. */
export class CandidateLists {
  readonly #layer: ListedSession;
  readonly #byKey = new TwoGenerations<Candidates>(generationSize, weightOf);
  readonly #byShape = new TwoGenerations<Candidates<ShapedCandidate>>(generationSize, weightOf);
  readonly #asked = new AskedBefore();

  constructor(layer: ListedSession) {
    this.#layer = layer;
  }

  ofKey(key: string, asksSwitch: boolean): Candidates {
    const { reader, session, lookup } = this.#layer;
    const load = (): Candidates => this.#askedFor((lookup ?? reader).candidates(session.id, key), asksSwitch);
    // A session that is still being recorded gains candidates.
    return session.endedAt === undefined ? load() : this.#kept(this.#byKey, asksSwitch ? `${key} switch` : key, load);
  }

  ofShape(shapeKey: string, asksSwitch: boolean): Candidates<ShapedCandidate> {
    const { session, lookup } = this.#layer;
    if (!lookup) return { all: [], asked: [] };
    return this.#kept(this.#byShape, asksSwitch ? `${shapeKey} switch` : shapeKey, () =>
      this.#askedFor(lookup.shaped(session.id, shapeKey), asksSwitch),
    );
  }

  #kept<C extends Candidate>(
    lists: TwoGenerations<Candidates<C>>,
    id: string,
    load: () => Candidates<C>,
  ): Candidates<C> {
    const held = lists.get(id);
    if (held) return held;
    const loaded = load();
    // A long list is not to be loaded a second time, whatever its key's beginning says.
    if (loaded.all.length > 1 || this.#asked.again(Number.parseInt(id.slice(0, 8), 16))) lists.set(id, loaded);
    return loaded;
  }

  #askedFor<C extends Candidate>(all: readonly C[], asksSwitch: boolean): Candidates<C> {
    if (!all.some(({ switches }) => switches)) return { all, asked: all };
    return { all, asked: all.filter(({ id, switches }) => (switches || this.#hasAskedSwitch(id)) === asksSwitch) };
  }

  /** Was this recording, answered without a switch, to be one? */
  #hasAskedSwitch(id: number): boolean {
    return headerValue(this.#layer.reader.exchangeById(id)?.request.headers ?? [], 'upgrade') !== undefined;
  }
}
