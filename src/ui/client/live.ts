/** What the server says has changed; see src/ui/live-hub.ts. */
export interface LiveChange {
  readonly kind: 'cassette' | 'cassettes' | 'served' | 'runs';
  readonly name?: string;
}

export type LiveMessage =
  | { readonly kind: 'connection'; readonly state: 'open' | 'lost' }
  | { readonly kind: 'changes'; readonly events: readonly LiveChange[] };

interface TypePolicy {
  createScriptURL(url: string): string;
}

interface TypePolicies {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): TypePolicy;
}

type Listener = (changes: readonly LiveChange[]) => void;

const listeners = new Set<Listener>();
/** A page that was disconnected has missed events: it looks at everything it shows once more. */
const everything: readonly LiveChange[] = [{ kind: 'cassettes' }, { kind: 'served' }, { kind: 'runs' }];
let wasLost = false;
let lostAt = 0;
let isFirst = true;

export function onLiveChange(listener: Listener): void {
  listeners.add(listener);
}

/** Connects to the shared worker named by the page's script element. */
export function startLive(workerUrl: string): void {
  if (typeof SharedWorker === 'undefined') {
    show('none');
    return;
  }
  const worker = new SharedWorker(trusted(workerUrl), { name: 'retake-live' });
  worker.port.addEventListener('message', (event: MessageEvent<LiveMessage>) => receive(event.data));
  worker.port.start();
  // Pages kept for "Back" are asleep: they let go of the worker and come back to it with fresh eyes.
  addEventListener('pagehide', () => worker.port.postMessage('bye'));
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload();
  });
  setInterval(() => {
    if (wasLost) show('lost');
  }, 1_000);
}

function receive(message: LiveMessage): void {
  if (message.kind === 'changes') return tell(message.events);
  show(message.state);
  if (message.state === 'lost') {
    wasLost = true;
    lostAt ||= Date.now();
  } else {
    lostAt = 0;
    // What was still going on when the page was made may have ended before we listened.
    const wasInMotion = isFirst && document.querySelector('[data-open], [data-running]') !== null;
    if (wasLost || wasInMotion) tell(everything);
    wasLost = false;
    isFirst = false;
  }
}

function tell(changes: readonly LiveChange[]): void {
  for (const listener of listeners) listener(changes);
}

function show(state: 'open' | 'lost' | 'none'): void {
  const line = document.getElementById('connection');
  if (!line) return;
  line.dataset['state'] = state;
  const seconds = lostAt === 0 ? 0 : Math.round((Date.now() - lostAt) / 1000);
  line.textContent = state === 'open' ? 'live' : state === 'lost' ? `reconnecting, lost ${seconds} s ago` : '';
}

/** The one Trusted Types policy of the UI: it lets through the URL of our worker and nothing else. */
function trusted(url: string): string {
  const policies = (globalThis as { trustedTypes?: TypePolicies }).trustedTypes;
  if (!policies) return url;
  const policy = policies.createPolicy('retake-worker', {
    createScriptURL: (asked) => {
      if (!/^\/client\/live-worker\.js\?v=[0-9a-f]+$/.test(asked)) throw new TypeError('not our worker');
      return asked;
    },
  });
  return policy.createScriptURL(url);
}
