import { learnEffects, type LearnedEffects } from '../match/learn-effects.ts';
import type { Sequence } from '../match/choose.ts';
import { placeWords } from '../match/miss-cause.ts';
import type { Renamed } from '../match/fit-shape.ts';
import { splitTarget } from '../match/canonical-request.ts';
import { formatAddress } from '../model/address.ts';
import { isWrite } from '../model/exchange.ts';
import { formatMatchRuleLine } from '../model/match-rule-grammar.ts';
import { noMatchRules } from '../model/match-rule-set.ts';
import type { RenamedValue, WhyServed } from '../model/why-served.ts';
import type { Candidate } from '../store/replay-index.ts';
import type { AnswerChange, LeftBody } from './answer-body.ts';
import { recordedKey } from './index-exchange.ts';
import { sessionEffects } from './index-session.ts';
import type { LaneHow } from './lane-book.ts';
import { relaxationWords } from './relaxation-words.ts';
import type { Hit } from './replay-found.ts';
import type { Layer } from './replay-layer.ts';
import { stateWords } from './state-words.ts';

/** What is kept of a hit: not its bodies. */
export interface ServedHit extends Pick<Hit, 'layer' | 'relaxations' | 'renamed'> {
  readonly exchange: Hit['recording']['exchange'];
  readonly changes: readonly AnswerChange[];
}

/** `whole`: also what takes looking through the session, where that is short enough. */
export type WhyDetail = 'brief' | 'whole';

export interface WhyOptions {
  readonly lane: string;
  readonly how: LaneHow;
  readonly sequence: Sequence;
  readonly detail: WhyDetail;
}

/** Why this recording answered. Made when somebody asks: it reads the index again. */
export function whyServed(hit: ServedHit, options: WhyOptions): WhyServed {
  const { layer, exchange, relaxations, renamed } = hit;
  const { method, target } = exchange.request;
  const { path } = splitTarget(target);
  const rules = (layer.rules ?? noMatchRules)
    .rulesFor({ method, path, server: exchange.targetName })
    .filter(({ rule }) => rule.action !== 'treat')
    .map(({ rule }) => formatMatchRuleLine(rule));
  const match = relaxations.includes('cut-request')
    ? 'cut'
    : relaxations.includes('volatile')
      ? 'volatile'
      : rules.length > 0
        ? 'rules'
        : 'exact';
  const key = recordedKey(layer.reader, exchange, layer.rules ?? noMatchRules);
  const all = layer.lists.ofKey(key, false).all;
  const own = all.find(({ position }) => position === exchange.position);
  const sequence = sequenceOf(all, own, { hit, sequence: options.sequence });
  const lane = { name: options.lane, how: options.how, words: laneWords[options.how] };
  const facts = relaxations.filter((one) => one !== 'volatile' && one !== 'cut-request');
  const effect = own && effectWords(hit, own, options);
  const state = options.detail === 'whole' ? stateOf(hit) : undefined;
  return {
    match,
    words: [matchWords[match], sequence.words, `lane ${lane.name}: ${lane.words}`].join('; '),
    rules,
    renamed: renamed.map(renamedValue),
    sequence,
    lane,
    relaxations: facts.map((one) => relaxationWords[one]),
    changes: hit.changes.map(changedWords),
    ...(effect === undefined ? {} : { effect }),
    ...(state === undefined ? {} : { state }),
  };
}

/** For a terminal, below the line of the answer. */
export function whyLines(why: WhyServed): string[] {
  return [
    why.words,
    ...why.rules.map((rule) => `under the rule ${rule}`),
    ...why.renamed.map(({ words }) => words),
    ...why.relaxations.map((words) => `relaxed: ${words}`),
    ...why.changes,
    ...(why.effect === undefined ? [] : [why.effect]),
  ];
}

const matchWords = {
  exact: 'the requests are equal',
  rules: 'the requests are equal under match rules',
  volatile: 'the requests differ only in values that are made anew in each run',
  cut: 'the requests are equal as far as the recorded body is known',
} as const;

const laneWords: Readonly<Record<LaneHow, string>> = {
  header: 'the header x-retake-lane said so',
  baggage: 'baggage said so',
  'proxy-user': 'the user name for the proxy said so',
  port: 'the port belongs to it',
  path: 'the path prefix said so',
  actor: 'its credential tells this client from others',
  default: 'nothing named another',
};

function sequenceOf(
  all: readonly Candidate[],
  own: Candidate | undefined,
  { hit, sequence }: { readonly hit: ServedHit; readonly sequence: Sequence },
): WhyServed['sequence'] {
  const slots = JSON.stringify(own?.slots ?? []);
  const same = all.filter((one) => one.servable && JSON.stringify(one.slots) === slots);
  if (!own || same.length <= 1) return { words: 'the only recording of this request', number: 1, of: 1 };
  const isStretch = sequence === 'epoch' && !own.isWrite;
  const stretch = isStretch ? same.filter(({ state, since }) => state === own.state && since === own.since) : same;
  const number = stretch.findIndex(({ position }) => position === own.position) + 1;
  const which =
    stretch.length === 1
      ? 'the only recording of this request'
      : `${ordinal(number)} of ${stretch.length} recordings of this request`;
  const place = { number, of: stretch.length };
  if (!isStretch || stretch.length === same.length) return { words: which, ...place };
  const write = own.since > 0 && hit.layer.lookup ? exchangeAt(hit.layer, own.since - 1) : undefined;
  if (!write) return { words: `${which} before any write that changes it`, ...place };
  const since = addressOf(hit.layer, own.since - 1);
  return { words: `${which} since ${write} (position ${own.since - 1})`, ...place, since };
}

function ordinal(number: number): string {
  const isTeen = number % 100 >= 11 && number % 100 <= 13;
  const ending = isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${ending}`;
}

/** `POST /cart` */
function exchangeAt({ reader, session }: Layer, position: number): string | undefined {
  const found = reader.exchange(session.id, position);
  return found && `${found.request.method} ${splitTarget(found.request.target).path}`;
}

function addressOf({ cassette, session }: Layer, position: number): string {
  return formatAddress({ cassette, session: session.name, position });
}

const changeReasons = { echo: "now carrying the client's own", time: 'moved to the time of this run' } as const;
const leftWords: Readonly<Record<LeftBody, string>> = {
  large: 'it is too large',
  coded: 'its coding cannot be undone',
  part: 'it is a part of a whole',
  conversation: 'it is a conversation',
};

function changedWords({ place, from, count, left }: AnswerChange): string {
  const where = place === 'body' ? 'the body' : place.replace(':', ' ');
  if (left !== undefined) return `${where} of the answer is as recorded: ${leftWords[left]}`;
  return `${where} of the answer: ${count} ${count === 1 ? 'value' : 'values'} ${changeReasons[from]}`;
}

function clip(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

const shownValue = 40;

function renamedValue({ place, kind, recorded, incoming }: Renamed): RenamedValue {
  const kindName = kind.split(' ')[0]!;
  // Such values may be good for something elsewhere.
  const limit = kindName === 'jwt' || kindName === 'signature' ? 8 : shownValue;
  const [before, after] = [recorded, incoming].map((text) => clip(text, limit));
  const words = `the ${kindName} at ${placeWords(place)}: ${after} stands for ${before}`;
  return { place, class: kindName, recorded: before!, incoming: after!, words };
}

/** Reads looked at behind a write, to name what it changes. */
const maxFollowing = 50;
const maxNamed = 5;

function effectWords({ layer, exchange }: ServedHit, own: Candidate, { detail }: WhyOptions): string | undefined {
  if (!own.isWrite || own.opens === undefined || !layer.lookup) return undefined;
  if (own.changes?.length === 0) return 'it changes nothing that was read later';
  if (detail === 'brief') return undefined;
  const rules = layer.rules ?? noMatchRules;
  const named = new Set<string>();
  const from = exchange.position + 1;
  for (const one of layer.reader.exchanges(layer.session.id, { from, limit: maxFollowing })) {
    if (isWrite(one.request.method) || named.size > maxNamed) continue;
    const key = recordedKey(layer.reader, one, rules);
    const read = layer.lists.ofKey(key, false).all.find(({ position }) => position === one.position);
    const shows = read && !read.isWrite && own.changes!.includes(read.state) && read.since >= own.opens;
    if (shows) named.add(`${one.request.method} ${splitTarget(one.request.target).path}`);
  }
  if (named.size === 0) return 'it changes what is read later';
  const list = [...named].slice(0, maxNamed).join(', ');
  return `from here on it changes ${list}${named.size > maxNamed ? ' and more' : ''}`;
}

/** Learning which writes change which reads looks at every exchange of a session. */
const maxLearned = 5000;
const learned = new WeakMap<Layer, LearnedEffects>();

function stateOf({ layer, exchange }: ServedHit): string | undefined {
  const { reader, session, rules = noMatchRules } = layer;
  if (session.endedAt === undefined || session.exchangeCount > maxLearned) return undefined;
  let effects = learned.get(layer);
  if (!effects) {
    effects = learnEffects(sessionEffects(reader, session, rules));
    learned.set(layer, effects);
  }
  const found = effects.explainState(exchange.position);
  const write = found && exchangeAt(layer, found.write);
  return found && `it shows the state after ${write} (position ${found.write}): ${stateWords[found.because]}`;
}
