import type { IncomingMessage } from 'node:http';
import type { SecureContext } from 'node:tls';
import { auditLayers, type AuditPlan } from './audit.ts';
import type { LiveFeed, LiveStatus } from '../model/live.ts';
import type { MissFacts, ReplayCounts, ServedPage } from '../model/proxy-control.ts';
import type { WhyServed } from '../model/why-served.ts';
import type { Fault, FaultControl } from '../model/fault.ts';
import { type FaultClock, systemClock } from './fault-clock.ts';
import { defaultFaultSeed, FaultPlan } from './fault-plan.ts';
import type { Arrival, ClientRequest, ClientResponse } from './client-side.ts';
import { openForwardListener, type UpgradeRequest } from './forward-listener.ts';
import type { RefusedHandshake } from './front-door.ts';
import { answerProblem } from './hop-failure.ts';
import type { LaneStatus } from './lane-book.ts';
import type { LaneFacts } from './lane-keeper.ts';
import { type LaneDoor, type MarkedHead, takeLane } from './lane-marks.ts';
import { Ledger, type LedgerSummary, type MissAnswer } from './ledger.ts';
import { ledgerFacts, laneLedgerDocument } from './ledger-document.ts';
import { type Listener, openListener } from './listener.ts';
import { type OwnAddress, OwnAddresses } from './own-addresses.ts';
import { isUpgradable } from './passed-headers.ts';
import { recordedOrigins } from './recorded-origins.ts';
import { ReplayFeed } from './replay-feed.ts';
import { type HandlerOptions, ReplayHandler } from './replay-handler.ts';
import type { Whereabouts } from './asked-request.ts';
import { refuse } from './refused-request.ts';
import type { LayerSource } from './replay-layer.ts';
import { ServingHistory } from './serving-history.ts';
import type { RouteResult, UpstreamRoute, UpstreamRouteOptions } from './upstream-route.ts';
import { originForm, type Target } from '../model/target.ts';

export interface ReplayOptions extends Omit<HandlerOptions, 'missRoute' | 'ledger' | 'feed' | 'faults' | 'history'> {
  readonly host: string;
  readonly listeners: readonly ReplayListenerPlan[];
  /** The certificate to show for a host; forward listeners need it. */
  readonly secureContextFor?: (host: string) => Promise<SecureContext>;
  /** For reverse listeners, which speak TLS beside plain HTTP then. */
  readonly reverseTls?: (host: string) => Promise<SecureContext>;
  readonly onRefusedHandshake?: (refused: RefusedHandshake) => void;
  /**
   * The real servers to ask when a recording is missing, one for each reverse listener, and where to keep what they say.
   * A forward listener asks the server that its client named.
   */
  readonly upstream?: Omit<UpstreamRouteOptions, 'own'>;
  /** What to look the sessions over for at the end. */
  readonly audit?: AuditPlan;
  /** Keeps the last answers for who asks while it runs. */
  readonly history?: 'kept';
  /** In force from the beginning; more may come while it runs. */
  readonly faults?: readonly Fault[];
  /** What chance begins with; `defaultFaultSeed` unless told. */
  readonly faultSeed?: number;
  readonly faultClock?: FaultClock;
}

/** Named as the recorded target that a reverse listener stands for; a forward one stands for all of them. */
export interface ReplayListenerPlan {
  readonly kind: 'reverse' | 'forward';
  readonly name: string;
  readonly port: number;
  /** An additional listener: what comes there belongs to this lane. */
  readonly lane?: string;
}

/** What a replay did. */
export interface ReplayResult extends RouteResult {
  readonly ledger: LedgerSummary;
  /** Connections to real servers, or to proxies that lead to them, that were opened or tried. */
  readonly upstreamConnections: number;
  /** Faults in force at the end, in one line each. */
  readonly faults: readonly string[];
}

/** A listener as people and programs are told of it. */
export interface ReplayListener {
  readonly name: string;
  readonly kind: 'reverse' | 'forward';
  readonly url: string;
  /** The recorded upstream of a reverse listener. */
  readonly target?: string;
  /** The lane of what comes there. */
  readonly lane?: string;
}

export interface RunningReplay {
  readonly listeners: readonly ReplayListener[];
  /** In order of appearance. */
  readonly lanes: () => LaneStatus[];
  /** Puts a lane back to the beginning of the recording, its counts to 0. False: there is no such lane. */
  readonly resetLane: (name: string) => boolean;
  /** As if no request had come; the ledger keeps what happened. */
  readonly resetAllLanes: () => void;
  readonly feed: LiveFeed;
  readonly ledger: {
    readonly counts: () => ReplayCounts;
    readonly ofLane: (lane: string) => object | undefined;
    readonly misses: () => readonly MissFacts[];
  };
  /** The last answers; none are kept unless `history` asks for it. */
  readonly served: (from: number, limit: number) => ServedPage;
  /** Why one of them was the one. */
  readonly why: (number: number) => WhyServed | undefined;
  readonly onMiss: {
    readonly current: () => MissAnswer;
    /** What may be switched to; `error` alone where no server can be asked. */
    readonly allowed: readonly MissAnswer[];
    /** To one of the allowed. */
    readonly switchTo: (answer: MissAnswer) => void;
  };
  /** What goes wrong on purpose; may be changed while it runs. */
  readonly faults: FaultControl;
  /** As it would be told if the replay ended now; stored secrets are not looked for. */
  readonly summary: () => LedgerSummary;
  /** Stops accepting, lets answers in flight finish, and tells what the replay did. */
  readonly stop: () => Promise<ReplayResult>;
  /** Further addresses that must not be forwarded to, such as the review UI's. */
  readonly addOwnAddress: (address: OwnAddress) => void;
}

/** Serves recorded sessions, by default with no upstream. Throws PORT_IN_USE, LISTEN_FAILED or TARGET_IS_SELF. */
export async function startReplayProxy(options: ReplayOptions): Promise<RunningReplay> {
  const { upstream } = options;
  const own = new OwnAddresses();
  // Loaded only where it is wanted: a replay without a server should start at once.
  let upstreamConnections = 0;
  const route = upstream && (await routeOf(upstream, { own, onConnection: () => (upstreamConnections += 1) }));
  const ledger = new Ledger();
  const listeners: ReplayListener[] = [];
  const feed = new ReplayFeed(() => statusOf(options.layers, listeners, ledger));
  const faults = faultPlanOf(options, ledger);
  const history = options.history && new ServingHistory();
  const { history: _, ...forHandler } = options;
  const replay = new ReplayHandler({
    ...forHandler,
    ledger,
    feed,
    faults,
    ...(history ? { history } : {}),
    ...(route ? { missRoute: route } : {}),
  });
  const opened: Listener[] = [];
  try {
    for (const plan of options.listeners) {
      const listener = await (plan.kind === 'reverse'
        ? openReverse(plan, replay, options)
        : openForward(plan, replay, { options, own }));
      opened.push(listener);
      own.add(listener.address);
      const target = plan.kind === 'reverse' ? targetUrlOf(options.layers, plan.name) : undefined;
      const { kind, name, lane } = plan;
      const facts = { ...(target === undefined ? {} : { target }), ...(lane === undefined ? {} : { lane }) };
      listeners.push({ name, kind, url: listener.url, ...facts });
    }
    for (const target of upstream?.targets ?? []) await own.refuse(target);
  } catch (thrown) {
    await Promise.all(opened.map((listener) => listener.stop(0)));
    throw thrown;
  }
  return {
    listeners,
    lanes: () => replay.lanes.list(),
    resetLane: (name) => replay.lanes.reset(name),
    resetAllLanes: () => replay.lanes.resetAll(),
    feed,
    faults,
    summary: () => {
      const { secrets: _secrets, ...plan } = options.audit ?? {};
      return ledger.summary(replay.unused(), auditLayers(options.layers, plan, Date.now()));
    },
    ledger: {
      counts: () => ledger.counts(),
      ofLane: (lane) => laneLedgerDocument(ledger, lane),
      misses: () => ledgerFacts(ledger.summary([])).missList,
    },
    served: (from, limit) =>
      history?.from(from, limit, (hit, lane) => replay.why(hit, lane, 'brief')) ?? { oldest: 0, next: 0, answers: [] },
    why: (number) => {
      const kept = history?.hitAt(number);
      return kept && replay.why(kept.hit, kept.lane, 'whole');
    },
    onMiss: {
      current: () => route?.answer ?? 'error',
      allowed: route?.answers ?? ['error'],
      switchTo: (answer) => {
        if (route) route.answer = answer;
      },
    },
    addOwnAddress: (address) => own.add(address),
    stop: async () => {
      replay.cutOpenStreams();
      await Promise.all(opened.map((listener) => listener.stop()));
      feed.close();
      const routed = await route?.stop();
      const audit = auditLayers(options.layers, options.audit ?? {}, Date.now());
      const inForce = faults.list().map(({ text }) => text);
      return { ...routed, ledger: ledger.summary(replay.unused(), audit), upstreamConnections, faults: inForce };
    },
  };
}

function faultPlanOf(options: ReplayOptions, ledger: Ledger): FaultPlan {
  const { faults = [], faultSeed = defaultFaultSeed, faultClock = systemClock, onEvent } = options;
  return new FaultPlan({
    faults,
    seed: faultSeed,
    clock: faultClock,
    onInjected: (injected) => {
      ledger.faulted(injected.text);
      onEvent?.({ kind: 'fault', injected });
    },
  });
}

/** Loads what talks to servers. */
async function routeOf(
  upstream: NonNullable<ReplayOptions['upstream']>,
  { own, onConnection }: { readonly own: OwnAddresses; readonly onConnection: () => void },
): Promise<UpstreamRoute> {
  const [{ UpstreamRoute: Route }, { upstreamSettings }] = await Promise.all([
    import('./upstream-route.ts'),
    import('./upstream-settings.ts'),
  ]);
  return new Route({ ...upstream, own, settings: upstreamSettings({ ...upstream.settings, onConnection }) });
}

function openReverse(
  { name, port, lane }: ReplayListenerPlan,
  replay: ReplayHandler,
  { host, reverseTls, onRefusedHandshake }: ReplayOptions,
): Promise<Listener> {
  const door: LaneDoor = { kind: 'reverse', lane };
  const whereIs = ({ url }: MarkedHead, scheme: Arrival['scheme']): Place => ({
    places: [{ targetName: name, target: originForm(url) }],
    scheme,
  });
  return openListener({
    name,
    host,
    port,
    emptyRequests: 'ended',
    onRequest: (request, response, arrival) => answer(replay, { request, response, arrival, door, whereIs }),
    wantsUpgrade: isUpgradable,
    onUpgrade: (request, socket, head, arrival) =>
      answerUpgrade(replay, { upgrade: { request, socket, head }, arrival, door, whereIs }),
    ...(reverseTls ? { secureContextFor: reverseTls, scheme: 'https' } : {}),
    ...(onRefusedHandshake ? { onRefusedHandshake } : {}),
  });
}

/** Every host is answered for, recorded or not: nobody else may get what the client sends. */
function openForward(
  { name, port, lane }: ReplayListenerPlan,
  replay: ReplayHandler,
  { options, own }: { readonly options: ReplayOptions; readonly own: OwnAddresses },
): Promise<Listener> {
  const { host, layers, secureContextFor, onRefusedHandshake } = options;
  const placesOf = recordedOrigins(layers);
  const door: LaneDoor = { kind: 'forward', lane };
  const whereIs =
    (origin: Target) =>
    ({ url }: MarkedHead): Place => ({ places: placesOf(origin, url), origin });
  return openForwardListener({
    name,
    host,
    port,
    secureContextFor: secureContextFor!,
    emptyRequests: 'ended',
    onRequest: (request, response, { target, arrival }) =>
      answer(replay, { request, response, arrival, door, whereIs: whereIs(target) }),
    onUpgrade: (upgrade, { target, arrival }) =>
      answerUpgrade(replay, { upgrade, arrival, door, whereIs: whereIs(target) }),
    isOwnAddress: (address, ownPort) => own.has(address, ownPort),
    ...(onRefusedHandshake ? { onRefusedHandshake } : {}),
  });
}

/** Before it is known how the request came. */
type Place = Omit<Whereabouts, keyof LaneFacts>;

interface Entering {
  readonly arrival: Arrival;
  readonly door: LaneDoor;
  readonly whereIs: (request: MarkedHead, scheme: Arrival['scheme']) => Place;
}

function answer(
  replay: ReplayHandler,
  entering: Entering & { readonly request: ClientRequest; readonly response: ClientResponse },
): void {
  const { request, response, arrival, door, whereIs } = entering;
  const mark = takeLane(request, door, arrival);
  if (mark && 'problem' in mark) answerProblem(response, 400, { code: 'bad-lane', detail: mark.problem });
  else replay.answer(request, response, { ...whereIs(request, arrival.scheme), mark, connection: arrival });
}

function answerUpgrade(
  replay: ReplayHandler,
  { upgrade, arrival, door, whereIs }: Entering & { readonly upgrade: UpgradeRequest },
): void {
  const request = upgrade.request as IncomingMessage & MarkedHead;
  const mark = takeLane(request, door, arrival);
  if (mark && 'problem' in mark) refuse(upgrade.socket, 400, { code: 'bad-lane', detail: mark.problem });
  else replay.answerUpgrade(upgrade, { ...whereIs(request, arrival.scheme), mark, connection: arrival });
}

function statusOf(layers: readonly LayerSource[], listeners: readonly ReplayListener[], ledger: Ledger): LiveStatus {
  const { reader, session } = layers[0]!;
  return {
    mode: 'replay',
    cassettePath: reader.path,
    session: session.name,
    targets: listeners
      .filter(({ lane }) => lane === undefined)
      .map(({ name, url, target }) => ({ name, url, ...(target === undefined ? {} : { upstream: target }) })),
    exchanges: ledger.hits,
    misses: ledger.misses,
  };
}

function targetUrlOf(layers: readonly LayerSource[], name: string): string | undefined {
  return layers.flatMap(({ session }) => session.targets).find((target) => target.name === name)?.url;
}
