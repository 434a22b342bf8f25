/**
 * One event stream for all pages of this browser. A browser opens six connections to one origin; with a stream per page
 * the seventh page would never load.
 */
interface PortScope {
  onconnect: ((event: MessageEvent) => void) | null;
}

const ports = new Set<MessagePort>();
let source: EventSource | undefined;
let state: 'open' | 'lost' = 'lost';

function tell(message: unknown): void {
  for (const port of ports) port.postMessage(message);
}

function connect(): void {
  source = new EventSource('/api/v1/events');
  source.addEventListener('hello', () => {
    state = 'open';
    tell({ kind: 'connection', state });
  });
  source.addEventListener('changes', (event) => tell({ kind: 'changes', events: JSON.parse(event.data as string) }));
  source.addEventListener('error', () => {
    if (state === 'open') {
      state = 'lost';
      tell({ kind: 'connection', state });
    }
    // A browser retries a lost connection by itself, but gives up after an answer that is no stream.
    if (source?.readyState === EventSource.CLOSED) setTimeout(connect, 2_000);
  });
}

(globalThis as unknown as PortScope).onconnect = (event) => {
  const port = event.ports[0]!;
  ports.add(port);
  // A page says goodbye when it goes; a port of a page that crashed is harmless, messages to it are dropped.
  port.onmessage = () => ports.delete(port);
  if (source) port.postMessage({ kind: 'connection', state });
  else connect();
};
