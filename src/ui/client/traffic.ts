import { type LiveChange, onLiveChange } from './live.ts';
import { fetchDocument } from './swap.ts';

/** Rows kept in the page while it follows a recording; older ones are on their own page. */
const maxRows = 1_000;
/** More than this is faster to reach by loading the last page. */
const maxCatchUp = 1_000;
/** Wide enough for list and exchange beside each other; the same number stands in the style sheet. */
const besides = matchMedia('(min-width: 1100px)');

/** The list of exchanges: follows a recording at its end, and shows the chosen exchange beside it. */
export function startTraffic(): void {
  const list = document.querySelector<HTMLTableElement>('#list[data-source]');
  if (!list) return;
  followRecording(list);
  openBeside();
}

function followRecording(list: HTMLTableElement): void {
  const scroller = list.closest<HTMLElement>('.rows')!;
  const button = document.getElementById('new-rows') as HTMLButtonElement;
  let busy = false;
  let again = false;
  const refresh = async (mode: 'append-if-at-end' | 'append'): Promise<void> => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      const append = mode === 'append' || isAtEnd(scroller);
      const waiting = await catchUp(list, append ? 'append' : 'count');
      if (append) scroller.scrollTop = scroller.scrollHeight;
      button.hidden = append || waiting === 0;
      button.textContent = `▼ ${waiting.toLocaleString('en-US')} new`;
    } catch {
      // The connection's state is shown below; the next change or reconnection asks again.
    } finally {
      busy = false;
    }
    if (again) {
      again = false;
      await refresh('append-if-at-end');
    }
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

/** Asks for rows after the last one, and again for those that were still running. Returns how many are not shown yet. */
async function catchUp(list: HTMLTableElement, mode: 'append' | 'count'): Promise<number> {
  const body = list.tBodies[0]!;
  for (let fetched = 0; ;) {
    const running = [...body.querySelectorAll<HTMLElement>('tr[data-running]')].map((row) => row.dataset['position']);
    const limit = mode === 'append' ? '' : '&limit=0';
    const url = `${list.dataset['source']}&from=${list.dataset['next']}&only=${running.join(',')}${limit}`;
    const { document: answer } = await fetchDocument(url);
    const table = answer.querySelector<HTMLTableElement>('#list')!;
    const rest = Number(table.dataset['rest']);
    showCount(Number(table.dataset['total']));
    const known = new Map([...body.rows].map((row) => [row.dataset['position'], row]));
    let added = 0;
    for (const row of table.tBodies[0]!.rows) {
      const fresh = document.importNode(row, true);
      const old = known.get(row.dataset['position']);
      if (old) {
        if (old.getAttribute('aria-current')) fresh.setAttribute('aria-current', 'true');
        if (!old.contains(document.activeElement)) old.replaceWith(fresh);
      } else {
        body.append(fresh);
        added++;
      }
    }
    if (mode === 'count') return rest;
    list.dataset['next'] = table.dataset['next'];
    if (added > 0) document.querySelector('.rows > .empty')?.remove();
    while (body.rows.length > maxRows) body.rows[0]!.remove();
    fetched += added;
    const left = rest - added;
    if (left <= 0 || added === 0) return 0;
    if (fetched + left > maxCatchUp) {
      location.reload();
      return 0;
    }
  }
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
