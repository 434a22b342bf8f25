import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { baselineAt, siteAt } from '../support/comparable.ts';
import { findings, judgeAll, type JudgedPair, jsonPair, runAt, stepMs } from '../support/judged-session.ts';

/** What each thing of a random session is called, there and in the run. */
type World = (thing: number) => string;

interface Sessions {
  readonly recorded: World;
  readonly fresh: World;
  /** Which things each exchange shows, each of them in one more place than the number says. */
  readonly shown: readonly (readonly number[])[];
  readonly shape: number;
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Ids of one class for 12 things, different in both worlds (and one that nothing has): UUIDs of version 4 or 7, ULIDs, ObjectIds, nanoids. */
const classes: readonly ((seed: string, atMs: number) => string)[] = [
  (seed) =>
    `${seed.slice(0, 8)}-${seed.slice(8, 12)}-4${seed.slice(13, 16)}-a${seed.slice(17, 20)}-${seed.slice(20, 32)}`,
  (seed, atMs) => {
    const time = atMs.toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${seed.slice(13, 16)}-8${seed.slice(17, 20)}-${seed.slice(20, 32)}`;
  },
  (seed, atMs) => {
    let time = '';
    for (let rest = atMs, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = crockford[rest % 32]! + time;
    return time + Array.from(seed.slice(0, 16), (char) => crockford[Number.parseInt(char, 16) + 10]).join('');
  },
  (seed, atMs) => Math.floor(atMs / 1000).toString(16) + seed.slice(0, 15) + 'f',
];
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const sessions: fc.Arbitrary<Sessions> = fc
  .record({
    seeds: fc.uniqueArray(
      fc
        .uint8Array({ minLength: 16, maxLength: 16 })
        .map(hexOf)
        .filter((hex) => new Set(hex).size >= 10),
      { minLength: 25, maxLength: 25, selector: (hex) => hex.slice(0, 15) },
    ),
    form: fc.nat(classes.length - 1),
    shown: fc.array(fc.array(fc.nat(11), { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 6 }),
    shape: fc.nat(3),
  })
  .map(({ seeds, form, shown, shape }) => ({
    recorded: (thing) => classes[form]!(seeds[thing]!, baselineAt + 100),
    fresh: (thing) => classes[form]!(seeds[thing + 12]!, runAt + 100),
    shown,
    shape,
  }));

/** How a response shows things: members, parts of texts, links, tokens, base64, JSON in a text. */
function bodyOf(names: readonly string[], shape: number, at: string): object {
  const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const wraps: readonly ((name: string) => unknown)[] = [
    (name) => ({ id: name, label: `Thing ${name} of the list` }),
    (name) => ({ href: `https://example.com/things/${name}/parts?of=${name}` }),
    (name) => ({ token: `${base64({ alg: 'HS256' })}.${base64({ sub: name, role: 'user' })}.${base64(name)}` }),
    (name) => ({ cursor: base64({ after: name, size: 20 }), event: JSON.stringify({ of: { id: name } }) }),
  ];
  return { things: Object.fromEntries(names.map((name, i) => [`n${i}`, wraps[(i + shape) % 4]!(name)])), at };
}

function pairsOf(
  { recorded, fresh, shown, shape }: Sessions,
  freshShown: readonly (readonly string[])[] = [],
): JudgedPair[] {
  return shown.map((things, position) => {
    const at = (ms: number): string => new Date(ms + 7).toISOString();
    return jsonPair(
      bodyOf(things.map(recorded), shape, at(siteAt(position).startedAt)),
      bodyOf(freshShown[position] ?? things.map(fresh), shape, at(runAt + position * stepMs)),
    );
  });
}

interface Place {
  readonly position: number;
  readonly index: number;
  readonly thing: number;
}

/** A place of a thing that the session shows elsewhere too. */
const brokenSessions = sessions.chain((session): fc.Arbitrary<{ session: Sessions; place: Place | undefined }> => {
  const places = session.shown.flatMap((things, position) =>
    things.map((thing, index) => ({ position, index, thing })),
  );
  const known = places.filter(({ thing }) => places.filter((place) => place.thing === thing).length > 1);
  return known.length === 0
    ? fc.constant({ session, place: undefined })
    : fc.constantFrom(...known).map((place) => ({ session, place }));
});

const runs = { numRuns: 60 };

describe('a session whose ids and times are all others', () => {
  test('is equivalent, however its values are wrapped', () => {
    fc.assert(
      fc.property(sessions, (session) => {
        expect(findings(judgeAll(pairsOf(session)))).toEqual([]);
      }),
      runs,
    );
  });

  test.each([
    ['another new id', (session: Sessions) => session.fresh(12)],
    ['the recorded one', (session: Sessions, thing: number) => session.recorded(thing)],
    ['that of another thing', (session: Sessions, thing: number) => session.fresh((thing + 1) % 12)],
  ] as const)('is never equivalent where one place has %s', (_, instead) => {
    fc.assert(
      fc.property(brokenSessions, ({ session, place }) => {
        fc.pre(place !== undefined);
        const { position, index, thing } = place;
        const shown = session.shown.map((things) => things.map(session.fresh));
        const other = instead(session, thing);
        fc.pre(other !== session.fresh(thing));
        shown[position]![index] = other;
        const found = findings(judgeAll(pairsOf(session, shown)));
        expect(found).not.toEqual([]);
        expect(found.some((line) => / (?:body|header) /.test(line) && line.includes(': '))).toBe(true);
      }),
      runs,
    );
  });

  test('is never equivalent when anything else changes', () => {
    const leaf = fc.constantFrom('total', 'name', 'role', 'at', 'sha256');
    fc.assert(
      fc.property(sessions, leaf, fc.nat(5), (session, name, at) => {
        const pairs = pairsOf(session);
        const position = at % pairs.length;
        const extra = (value: unknown, body: JudgedPair['baseline']): JudgedPair['baseline'] => ({
          body: JSON.stringify({ ...(JSON.parse(String(body.body)) as object), [name]: value }),
        });
        const [before, after] = {
          total: [17, 18],
          name: ['Ann', 'Bob'],
          role: ['user', 'admin'],
          at: ['2025-11-02T10:20:30.400Z', '2025-11-03T10:20:30.400Z'],
          sha256: ['0cc175b9c0f1b6a831c399e269772661aaf4c61d', '92eb5ffee6ae2fec3ad71c777531578f0beec7b5'],
        }[name];
        const { baseline, fresh } = pairs[position]!;
        pairs[position] = { baseline: extra(before, baseline), fresh: extra(after, fresh) };
        expect(findings(judgeAll(pairs)).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
          `${position} body /${name}`,
        ]);
      }),
      runs,
    );
  });
});
