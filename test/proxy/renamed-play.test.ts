import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openLayers } from '../../src/proxy/open-layers.ts';
import { parseMatchRuleLine } from '../../src/model/match-rule-grammar.ts';
import type { IncomingRequest } from '../../src/proxy/replay-layer.ts';
import { ReplaySource } from '../../src/proxy/replay-source.ts';
import { fixedTime, openReader } from '../support/cassette.ts';
import {
  type Naming,
  namingOf,
  ordersBefore,
  type PlayRequest,
  type PlayStep,
  playSteps,
  recordPlay,
  reordered,
  requestOf,
  uuidOf,
} from '../support/renamed-play.ts';
import { type Recorded, replayable } from '../support/replayable.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A source over sessions with their indexes; what `use` does with it. */
async function withSource(
  sessions: readonly (readonly Recorded[])[],
  use: (source: ReplaySource) => void,
  lines: readonly string[] = [],
): Promise<void> {
  const reader = openReader(replayable(...sessions.map((exchanges) => ({ exchanges, startedAt: fixedTime }))));
  const { layers, close } = await openLayers([reader], {
    session: 'all',
    rules: lines.map(parseMatchRuleLine),
    folder: tempFolder(),
  });
  try {
    use(new ReplaySource({ layers, sequence: 'epoch' }));
  } finally {
    close();
    reader.close();
  }
}

const asked = ({ body, ...request }: PlayRequest, lane: string): IncomingRequest => ({
  targetName: 'default',
  headers: ['Host', 'shop.test', ...(body === undefined ? [] : ['Content-Type', 'application/json'])],
  trailers: [],
  body: body === undefined ? undefined : Buffer.from(body),
  lane,
  ...request,
});

/** How the client of a replay names things. `same`: as recorded; `swapped`: as recorded, but in another order. */
const manners = ['new', 'new', 'same', 'swapped', 'mixed'] as const;

function namingIn(manner: (typeof manners)[number], lane: string, recorded: Naming): Naming {
  const fresh = namingOf(lane, Date.now());
  const swap = (n: number): number => (n % 2 === 0 ? n + 1 : n - 1);
  switch (manner) {
    case 'new':
      return fresh;
    case 'same':
      return recorded;
    case 'swapped':
      return { ...fresh, doc: (n) => recorded.doc(swap(n)) };
    case 'mixed':
      return { ...fresh, doc: (n) => (n % 2 === 0 ? recorded.doc(n) : fresh.doc(n)) };
    default:
      return manner satisfies never;
  }
}

const players = fc.array(
  fc.record({ manner: fc.constantFrom(...manners), picks: fc.array(fc.nat(20), { minLength: 1, maxLength: 18 }) }),
  { minLength: 1, maxLength: 3 },
);

describe('a recorded session, replayed with names made anew and in another order', () => {
  test('answers each request with its recorded counterpart, or not at all', async () => {
    await fc.assert(
      fc.asyncProperty(playSteps, players, async (drawn: readonly PlayStep[], lanes) => {
        // Where names are exchanged, what is written must tell things apart: requests of equal bytes mean the same.
        const isPlain = lanes.every(({ manner }) => manner === 'new' || manner === 'same');
        const steps = drawn.map((step) => (step.kind === 'put' && !isPlain ? { ...step, text: step.thing } : step));
        const recorded = namingOf('recorded', fixedTime + 50);
        const exchanges = recordPlay(steps, recorded);
        const isRecorded = (request: PlayRequest): boolean =>
          exchanges.some(({ target, method, body }) => isEqual(request, { target, method, body }));
        await withSource([exchanges], (source) => {
          const wrong: string[] = [];
          const plays = lanes.map(({ manner, picks }, i) => ({
            lane: `lane-${i}`,
            naming: namingIn(manner, `lane-${i}`, recorded),
            order: reordered(steps, picks),
            isSwapped: manner === 'swapped',
            isMisled: false,
            named: new Set<number>(),
          }));
          for (let turn = 0; turn < steps.length; turn += 1) {
            for (const play of plays) {
              const { lane, naming, order } = play;
              const index = order[turn]!;
              const request = requestOf(steps[index]!, naming, ordersBefore(steps, index));
              const found = source.find(asked(request, lane));
              if (found.kind === 'miss') continue;
              const { kind, thing } = steps[index]!;
              // Nothing has shown yet that the client means another thing by a recorded name.
              play.isMisled ||= play.isSwapped && !play.named.has(thing) && isRecorded(request);
              if (play.isMisled) continue;
              if (kind === 'put') play.named.add(thing);
              const said = String(found.recording.body);
              const isTold = found.relaxations.some((relaxation) => relaxation !== 'volatile');
              if (said !== exchanges[index]!.answer && !isTold) {
                wrong.push(
                  `${lane} ${request.method} ${request.target}: ${said}, not ${String(exchanges[index]!.answer)}`,
                );
              }
            }
          }
          expect(wrong).toEqual([]);
        });
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  test('as recorded but for new names, nothing is missing and nothing is relaxed but the names', async () => {
    await fc.assert(
      fc.asyncProperty(playSteps, async (steps: readonly PlayStep[]) => {
        // What exists before the recording has no name that the recording could know.
        const written = steps.filter(
          (step, i) =>
            (step.kind !== 'read' && step.kind !== 'remove' && step.kind !== 'log') ||
            (step.kind !== 'log' &&
              steps.slice(0, i).some(({ kind, thing }) => kind === 'put' && thing === step.thing)),
        );
        const exchanges = recordPlay(written, namingOf('recorded', fixedTime + 50));
        await withSource([exchanges], (source) => {
          const naming = namingOf('new', Date.now());
          const served = written.map((step, i) => {
            const found = source.find(asked(requestOf(step, naming, ordersBefore(written, i)), 'default'));
            if (found.kind === 'miss') return found.choice.code;
            return found.relaxations.some((one) => one !== 'volatile')
              ? found.relaxations.join()
              : String(found.recording.body);
          });
          expect(served).toEqual(exchanges.map(({ answer }) => answer));
        });
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});

function isEqual(one: PlayRequest, other: object): boolean {
  return JSON.stringify([one.method, one.target, one.body]) === JSON.stringify(Object.values({ ...blank, ...other }));
}

const blank = { method: '', target: '', body: undefined };

const values = fc.oneof(
  fc.string({ maxLength: 8 }).map(encodeURIComponent),
  fc.string({ unit: 'binary', maxLength: 4 }).map((text) => encodeURIComponent(text.toWellFormed())),
  fc.nat(50).map(String),
  fc.nat(3).map((n) => uuidOf(`value ${n}`)),
  fc.nat(3).map((n) => uuidOf(`value ${n}`).toUpperCase()),
  fc.nat(3).map((n) => uuidOf(`value ${n}`).replaceAll('-', '')),
  fc.nat(3).map((n) => `a${uuidOf(`value ${n}`)}`),
  fc.nat(3).map((n) => `${uuidOf(`value ${n}`)}_${uuidOf(`value ${n + 1}`)}`),
  fc.nat(3).map((n) => String(fixedTime + n)),
  fc.nat(3).map((n) => String(Math.floor(fixedTime / 1000) + n)),
  fc.nat(3).map((n) => new Date(fixedTime + n * 1000).toISOString()),
  fc.nat(3).map((n) => namingOf(`v${n}`, fixedTime).event(n)),
);

const otherRules = [
  'GET /q: ignore query z',
  'GET /q: type query w as uuid',
  '*: ignore query _',
  'GET /other: ignore query',
  'GET /q: match header accept-language',
  '*: ignore body',
];

describe('recordings that differ only in a query value', () => {
  test('are never confused, whatever the values and whatever the rules about other names', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(values, { minLength: 1, maxLength: 8, selector: (value) => decodeURIComponent(value) }),
        fc.subarray(otherRules),
        fc.array(fc.record({ at: fc.nat(), lane: fc.nat(1), isNew: fc.boolean() }), { maxLength: 16 }),
        async (list, lines, asks) => {
          const exchanges = list.map((value, i) => ({ target: `/q?x=${value}&y=1`, answer: `answer ${i}` }));
          await withSource(
            [exchanges],
            (source) => {
              for (const { at, lane, isNew } of asks) {
                const x = isNew ? uuidOf(`new ${at}`) : list[at % list.length]!;
                const found = source.find(asked({ method: 'GET', target: `/q?x=${x}&y=1` }, `lane-${lane}`));
                if (isNew || found.kind === 'miss') continue;
                expect(String(found.recording.body)).toBe(`answer ${at % list.length}`);
              }
              for (const [i, value] of list.entries()) {
                const found = source.find(asked({ method: 'GET', target: `/q?y=1&x=${value}` }, 'fresh'));
                expect(found.kind === 'hit' && [String(found.recording.body), found.relaxations]).toEqual([
                  `answer ${i}`,
                  [],
                ]);
              }
            },
            lines,
          );
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);
});
