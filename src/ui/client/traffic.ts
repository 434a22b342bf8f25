import { type LiveChange, onLiveChange } from './live.ts';
import { fetchDocument } from './swap.ts';

/** Rows kept in the page while it follows a recording; older ones are on their own page. */
const maxRows = 1_000;
/** More than this is faster to reach by loading the last page. */
const maxCatchUp = 1_000;
/** How far before the end a late row is looked for: more than can be in flight between two commits of a busy client. */
const overlapRows = 64;
/** Wide enough for list and exchange beside each other; the same number stands in the style sheet. */
const besides = matchMedia('(min-width: 1100px)');

/** The list of exchanges: follows a recording at its end, and shows the chosen exchange beside it. */
export function startTraffic(): void {
  const list = document.querySelector<HTMLTableElement>('#list[data-source]');
  if (!list) return;
  followRecording(list);
  openBeside();
}

/** `append-if-at-end`: whoever has scrolled away from the end stays where they read. */
type Mode = 'append-if-at-end' | 'append';

function followRecording(list: HTMLTableElement): void {
  const scroller = list.closest<HTMLElement>('.rows')!;
  const button = document.getElementById('new-rows') as HTMLButtonElement;
  let busy = false;
  let next: Mode | undefined;
  const refresh = async (mode: Mode): Promise<void> => {
    if (busy) {
      // A press of the button while rows arrive is not forgotten.
      if (next !== 'append') next = mode;
      return;
    }
    busy = true;
    try {
      const waiting = await catchUp(list, scroller, mode);
      button.hidden = waiting === 0;
      button.textContent = `▼ ${waiting.toLocaleString('en-US')} new`;
    } catch {
      // The connection's state is shown below; the next change or reconnection asks again.
    } finally {
      busy = false;
    }
    if (next === undefined) return;
    const again = next;
    next = undefined;
    await refresh(again);
  };
  if (list.dataset['last'] === undefined) return;
  const isOurs = ({ kind, name }: LiveChange): boolean => {
    if (list.dataset['cassette'] === undefined) return kind === 'served';
    return kind === 'cassettes' || (kind === 'cassette' && name === list.dataset['cassette']);
  };
  onLiveChange((changes) => {
    if (changes.some(isOurs)) void refresh('append-if-at-end');
  });
  button.addEventListener('click', () => void refresh('append'));
  scroller.addEventListener('scroll', () => {
    if (!button.hidden && isAtEnd(scroller)) void refresh('append');
  });
  if (list.dataset['open'] !== undefined) scroller.scrollTop = scroller.scrollHeight;
}

function isAtEnd({ scrollTop, clientHeight, scrollHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight < 40;
}

/**
 * Asks for rows after the last one, and again for those that were still running. A long exchange may be stored after
 * ones that arrived later, so each question begins a little before the end. Returns how many rows are not shown yet.
 */
async function catchUp(list: HTMLTableElement, scroller: HTMLElement, mode: Mode): Promise<number> {
  const body = list.tBodies[0]!;
  const follows = (): boolean => mode === 'append' || isAtEnd(scroller);
  for (let fetched = 0; ;) {
    const from = Math.max(Number(list.dataset['from']), Number(list.dataset['next']) - overlapRows);
    const running = [...body.querySelectorAll<HTMLElement>('tr[data-running]')].map(positionOf);
    const limit = follows() ? '' : '&limit=0';
    const { document: answer } = await fetchDocument(
      `${list.dataset['source']}&from=${from}&only=${running.join(',')}${limit}`,
    );
    const table = answer.querySelector<HTMLTableElement>('#list')!;
    showCount(Number(table.dataset['total']));
    // Asked anew: somebody may have scrolled away while the rows were on their way.
    const appends = limit === '' && follows();
    const rows = [...table.tBodies[0]!.rows].filter((row) => appends || isShown(body, row));
    const added = rows.filter((row) => putRow(body, document.importNode(row, true))).length;
    const missing = Number(table.dataset['rest']) - [...body.rows].filter((row) => positionOf(row) >= from).length;
    if (!appends) return missing;
    if (rows.length > running.length) list.dataset['next'] = table.dataset['next'];
    if (added > 0) document.querySelector('.rows > .empty')?.remove();
    while (body.rows.length > maxRows) body.rows[0]!.remove();
    scroller.scrollTop = scroller.scrollHeight;
    fetched += added;
    if (missing <= 0 || added === 0) return 0;
    if (fetched + missing > maxCatchUp) {
      location.reload();
      return 0;
    }
  }
}

function isShown(body: HTMLTableSectionElement, row: HTMLElement): boolean {
  return body.querySelector(`tr[data-position="${positionOf(row)}"]`) !== null;
}

function positionOf(row: HTMLElement): number {
  return Number(row.dataset['position']);
}

/** Puts a row into its place, or into the place of its older self. True when it is new. */
function putRow(body: HTMLTableSectionElement, fresh: HTMLTableRowElement): boolean {
  const position = positionOf(fresh);
  for (let at = body.rows.length - 1; at >= 0; at--) {
    const old = body.rows[at]!;
    if (positionOf(old) > position) continue;
    if (positionOf(old) < position) {
      old.after(fresh);
      return true;
    }
    if (old.outerHTML === fresh.outerHTML || old.contains(document.activeElement)) return false;
    if (old.getAttribute('aria-current')) fresh.setAttribute('aria-current', 'true');
    old.replaceWith(fresh);
    return false;
  }
  body.prepend(fresh);
  return true;
}

function showCount(total: number): void {
  const count = document.getElementById('count');
  if (count && !count.textContent?.includes('of')) count.textContent = total.toLocaleString('en-US');
}

/** On a wide window a row opens beside the list; the address bar names it, so that reloading shows the same. */
function openBeside(): void {
  const list = document.getElementById('list')!;
  let loading: AbortController | undefined;
  const open = async (link: HTMLAnchorElement): Promise<void> => {
    loading?.abort();
    const mine = (loading = new AbortController());
    const row = link.closest('tr')!;
    for (const other of list.querySelectorAll('[aria-current]')) other.removeAttribute('aria-current');
    row.setAttribute('aria-current', 'true');
    const { document: answer, ok } = await fetchDocument(link.href);
    const exchange = answer.getElementById('exchange');
    if (mine.signal.aborted) return;
    if (!ok || !exchange) return location.assign(link.href);
    document.getElementById('traffic')!.classList.add('has-pane');
    document.getElementById('pane')!.replaceChildren(document.importNode(exchange, true));
    const url = new URL(location.href);
    url.searchParams.set('at', row.dataset['position']!);
    history.replaceState(null, '', url);
    row.scrollIntoView({ block: 'nearest' });
  };
  const tryOpen = (link: HTMLAnchorElement): void => {
    open(link).catch(() => location.assign(link.href));
  };
  list.addEventListener('click', (event) => {
    if (!besides.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const row = (event.target as Element).closest('tbody tr');
    const link = row?.querySelector<HTMLAnchorElement>('.target a');
    if (!link) return;
    event.preventDefault();
    link.focus();
    tryOpen(link);
  });
  // Walking with j and k shows each row where there is room; a moment's rest keeps a fast walk from loading them all.
  let resting: ReturnType<typeof setTimeout> | undefined;
  list.addEventListener('row-reached', (event) => {
    clearTimeout(resting);
    if (!besides.matches || !document.getElementById('exchange')) return;
    resting = setTimeout(() => tryOpen(event.target as HTMLAnchorElement), 60);
  });
  document.getElementById('pane')!.addEventListener('click', (event) => {
    const step = (event.target as Element).closest<HTMLElement>('a[data-step]');
    const position = Number(list.querySelector<HTMLElement>('[aria-current]')?.dataset['position']);
    if (!step || Number.isNaN(position)) return;
    const next = position + (step.dataset['step'] === 'right' ? 1 : -1);
    const link = list.querySelector<HTMLAnchorElement>(`tr[data-position="${next}"] .target a`);
    if (!link) return;
    event.preventDefault();
    tryOpen(link);
  });
}
