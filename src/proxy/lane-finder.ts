import { defaultLane } from './lane-book.ts';
import type { RecordedActors } from './lane-actors.ts';
import type { Credential } from './lane-credentials.ts';

/** Recorded credentials among the candidates of a request, by place: the roles that somebody may be playing. */
export type Roles = ReadonlyMap<string, ReadonlySet<string>>;

export interface LaneAsker {
  readonly credentials: readonly Credential[];
  /** The same object for all requests of one connection. */
  readonly connection: object | undefined;
  /** Told by a mark: nothing is inferred but who plays whom there. */
  readonly lane?: string | undefined;
}

export interface FoundLane {
  readonly name: string;
  readonly how: 'actor' | 'default';
  /** Several lanes are at work, and nothing said which one it is. */
  readonly isGuess: boolean;
  /** The recorded credentials whose part the asker plays, by place. */
  readonly parts: Roles;
}

/** Connections that several clients share, such as those of an application to its services, tell nothing. */
const shared = Symbol('shared');

/** One client or several that play one recording together. */
interface World {
  readonly name: string;
  /** Who plays a recorded credential: place and credential → incoming credential. */
  readonly players: Map<string, string>;
  /** Incoming credentials that belong here, and what they may play as long as that is open. */
  readonly members: Map<string, ReadonlySet<string>>;
}

const noRoles: ReadonlySet<string> = new Set();

/**
 * Tells parallel clients apart by credentials of their own (decision 024). A credential that is not the recording's
 * plays a recorded one; where that one is played by somebody else already, a new world begins. Pure apart from what it
 * remembers: hashes.
 */
export class LaneFinder {
  readonly #actors: RecordedActors;
  #worlds: World[] = [emptyWorld(defaultLane)];
  /** Of lanes that were named: only who plays whom. */
  readonly #named = new Map<string, World>();
  #connections = new WeakMap<object, string | typeof shared>();

  constructor(actors: RecordedActors) {
    this.#actors = actors;
  }

  laneOf({ credentials, connection, lane }: LaneAsker, roles: Roles): FoundLane {
    const telling = credentials.filter(({ place }) => this.#actors.tells(place));
    const strangers = telling.filter((one) => this.#recordedId(one) === undefined);
    if (lane !== undefined) {
      const world = this.#named.get(lane) ?? emptyWorld(lane);
      this.#named.set(lane, world);
      this.#enter(world, strangers, roles);
      return { name: lane, how: 'default', isGuess: false, parts: this.#partsOf(world, telling) };
    }
    const found = strangers.length > 0 ? this.#worldOf(strangers, roles, connection) : undefined;
    if (found) this.#enter(found.world, strangers, roles);
    const world = found?.world ?? this.#lastOn(connection) ?? this.#worlds[0]!;
    if (!found && world === this.#worlds[0]) this.#playOwn(world, telling);
    const isGuess = found ? found.isGuess : this.#worlds.length > 1 && this.#lastOn(connection) === undefined;
    if (connection && found && !found.isGuess) this.#remember(connection, world);
    const how = world === this.#worlds[0] ? 'default' : 'actor';
    return { name: world.name, how, isGuess, parts: this.#partsOf(world, telling) };
  }

  /** As if nobody had asked yet. */
  reset(): void {
    this.#worlds = [emptyWorld(defaultLane)];
    this.#named.clear();
    this.#connections = new WeakMap();
  }

  /** Which world strangers belong to; undefined when nothing recorded says that anybody asks for this. */
  #worldOf(
    strangers: readonly Credential[],
    roles: Roles,
    connection: object | undefined,
  ): { readonly world: World; readonly isGuess: boolean } | undefined {
    const known = strangers.filter(({ id }) => this.#worlds.some(({ members }) => members.has(id)));
    const played = strangers.map((one) => [one, rolesAt(roles, one)] as const);
    const fits = (world: World): boolean => played.every(([one, own]) => fitsIn(world, one, own));
    const near = this.#lastOn(connection);
    if (known.length > 0) {
      const homes = this.#worlds.filter((world) => known.every(({ id }) => world.members.has(id)) && fits(world));
      if (homes.length > 0) return pick(homes, near);
    }
    // Nothing to play: whoever it is, it decides nothing.
    if (played.every(([, own]) => own.size === 0)) return undefined;
    const open = this.#worlds.filter(fits);
    if (open.length > 0) return pick(open, near);
    const world = emptyWorld(`actor-${this.#worlds.length + 1}`);
    this.#worlds.push(world);
    return { world, isGuess: false };
  }

  #enter(world: World, strangers: readonly Credential[], roles: Roles): void {
    for (const one of strangers) {
      this.#leave(world, one);
      const free = freeFor(world, one, rolesAt(roles, one));
      const held = world.members.get(one.id) ?? noRoles;
      if (free.some((role) => world.players.get(role) === one.id)) continue;
      const still = free.filter((role) => held.has(role));
      const left = still.length > 0 ? still : free;
      const [role] = left;
      if (left.length === 1) take(world, role!, one.id);
      else if (!playsAny(world, one.id)) world.members.set(one.id, new Set(left));
    }
  }

  /** Who has shown that its place is elsewhere, and nothing before, was taken for somebody else. */
  #leave(world: World, { id }: Credential): void {
    for (const other of this.#worlds) {
      if (other !== world && other.members.has(id) && !playsAny(other, id)) other.members.delete(id);
    }
  }

  /** The recording's own credentials play themselves, in the world that comes first. */
  #playOwn(world: World, telling: readonly Credential[]): void {
    for (const one of telling) {
      const role = roleAt(one.place, this.#recordedId(one)!);
      if (!world.players.has(role)) world.players.set(role, one.id);
      world.members.set(one.id, noRoles);
    }
  }

  #partsOf(world: World, telling: readonly Credential[]): Roles {
    const parts = new Map<string, Set<string>>();
    for (const one of telling) {
      const own = this.#recordedId(one);
      const played = own === undefined ? playedBy(world, one) : [own];
      if (played.length > 0) parts.set(one.place, new Set(played));
    }
    return parts;
  }

  #recordedId({ place, id, alias }: Credential): string | undefined {
    if (this.#actors.isRecorded(place, id)) return id;
    return alias !== undefined && this.#actors.isRecorded(place, alias) ? alias : undefined;
  }

  #lastOn(connection: object | undefined): World | undefined {
    const name = connection && this.#connections.get(connection);
    return typeof name === 'string' ? this.#worlds.find((world) => world.name === name) : undefined;
  }

  #remember(connection: object, { name }: World): void {
    const before = this.#connections.get(connection);
    this.#connections.set(connection, before === undefined || before === name ? name : shared);
  }
}

function emptyWorld(name: string): World {
  return { name, players: new Map(), members: new Map() };
}

function pick(worlds: readonly World[], near: World | undefined): { readonly world: World; readonly isGuess: boolean } {
  if (near && worlds.includes(near)) return { world: near, isGuess: false };
  return { world: worlds[0]!, isGuess: worlds.length > 1 };
}

function roleAt(place: string, recorded: string): string {
  return `${place}\n${recorded}`;
}

function rolesAt(roles: Roles, { place }: Credential): ReadonlySet<string> {
  return new Set(Array.from(roles.get(place) ?? noRoles, (recorded) => roleAt(place, recorded)));
}

/** Roles that nobody else plays. */
function freeFor({ players }: World, { id }: Credential, roles: ReadonlySet<string>): string[] {
  return Array.from(roles).filter((role) => (players.get(role) ?? id) === id);
}

function take(world: World, role: string, id: string): void {
  world.players.set(role, id);
  for (const [other, open] of world.members) {
    if (open.has(role)) world.members.set(other, new Set(Array.from(open).filter((one) => one !== role)));
  }
  world.members.set(id, noRoles);
}

function playsAny({ players }: World, id: string): boolean {
  return Array.from(players.values()).includes(id);
}

/** May a credential be in a world: is anything left for it to play, beside those who have not shown what they play? */
function fitsIn(world: World, one: Credential, roles: ReadonlySet<string>): boolean {
  if (roles.size === 0 || (world.members.has(one.id) && playsAny(world, one.id))) return true;
  const free = freeFor(world, one, roles);
  if (world.members.has(one.id)) return free.length > 0;
  const undecided = Array.from(world.members).filter(
    ([id, open]) => id !== one.id && free.some((role) => open.has(role)),
  );
  return free.length > undecided.length;
}

function playedBy({ players }: World, { place, id }: Credential): string[] {
  const prefix = `${place}\n`;
  return Array.from(players).flatMap(([role, player]) =>
    player === id && role.startsWith(prefix) ? [role.slice(prefix.length)] : [],
  );
}
