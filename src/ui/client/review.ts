import { onKeys } from './keyboard.ts';
import { announce, fetchDocument, swapIn } from './swap.ts';

/** The review: decisions and other checks arrive without loading the page anew; n and p walk through the differences. */
export function startReview(): void {
  if (!document.getElementById('review')) return;
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches('#review form[data-swap]')) return;
    event.preventDefault();
    // Not form.action: a button of that name hides the property.
    void go(form.getAttribute('action')!, new FormData(form, event.submitter));
  });
  document.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const link = (event.target as Element).closest<HTMLAnchorElement>('#review a[data-swap]');
    if (!link) return;
    event.preventDefault();
    void go(link.href);
  });
  addEventListener('popstate', () => void load(location.href));
  onKeys(['n'], ['p'], (step) => moveDifference(step));
  onKeys(['j', 'ArrowDown'], ['k', 'ArrowUp'], (step) => stepInCluster(step) || moveInList(step));
  onKeys(['J'], ['K'], (step) => isClustered() && moveInList(step));
  showCurrent();
}

async function go(url: string, form?: FormData): Promise<void> {
  const reached = await load(url, form);
  if (reached !== undefined && reached !== location.href) history.pushState(null, '', reached);
}

async function load(url: string, form?: FormData): Promise<string | undefined> {
  try {
    const fetched = await fetchDocument(url, form);
    const note = fetched.document.querySelector('#review [data-announce]')?.getAttribute('data-announce');
    if (!fetched.ok || !swapIn('review', fetched.document)) throw new Error('not a review page');
    document.title = fetched.document.title;
    showCurrent();
    announce(note ?? '');
    return fetched.url;
  } catch {
    // Whatever is wrong, the server's own page says it better than we could.
    if (form) location.reload();
    else location.assign(url);
    return undefined;
  }
}

function differences(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('#differences [data-difference]')];
}

function isClustered(): boolean {
  return document.querySelector('#review .group-head') !== null;
}

/**
 * Marks the next difference in its list and brings its line in the view beside into sight. Of a cluster the next one
 * that belongs to it, in the next check when this one has no more.
 */
function moveDifference(step: 1 | -1): boolean {
  const all = differences();
  const among = isClustered() ? all.filter((each) => each.hasAttribute('data-of-cluster')) : all;
  const current = among.findIndex((each) => each.getAttribute('aria-current') === 'true');
  const next = among[current < 0 ? (step > 0 ? 0 : among.length - 1) : current + step];
  if (next) mark(next, all);
  else if (isClustered()) return stepInCluster(step);
  return all.length > 0;
}

/** To the next check of the cluster in view. False when no cluster of several checks is. */
function stepInCluster(step: 1 | -1): boolean {
  const link = document.querySelector<HTMLAnchorElement>(`#review a[data-step="${step > 0 ? 'next' : 'previous'}"]`);
  if (link) void go(link.href);
  return document.querySelector('#review .item-links') !== null;
}

function mark(chosen: HTMLElement, all: readonly HTMLElement[]): void {
  for (const each of all) each.removeAttribute('aria-current');
  chosen.setAttribute('aria-current', 'true');
  const key = chosen.dataset['difference']!;
  const folded = chosen.closest('details');
  if (folded) folded.open = true;
  chosen.scrollIntoView({ block: 'nearest' });
  for (const row of document.querySelectorAll<HTMLElement>('#review-view tr.current')) row.classList.remove('current');
  const rows = [...document.querySelectorAll<HTMLElement>('#review-view tr[data-difference]')].filter(
    (row) => row.dataset['difference'] === key,
  );
  for (const row of rows) row.classList.add('current');
  rows[0]?.scrollIntoView({ block: 'nearest' });
  // The keys for one difference act on the marked one.
  for (const button of document.querySelectorAll('#differences [data-key]'))
    button.removeAttribute('aria-keyshortcuts');
  for (const button of chosen.querySelectorAll<HTMLElement>('[data-key]')) {
    button.setAttribute('aria-keyshortcuts', button.dataset['key']!);
  }
  const url = new URL(location.href);
  url.searchParams.set('difference', key);
  history.replaceState(null, '', url);
  announce(chosen.querySelector('.difference-words')?.textContent ?? '');
}

/** To the next check or cluster in the list at the side. */
function moveInList(step: 1 | -1): boolean {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('#review .check-list a.check-item')];
  const current = links.findIndex((link) => link.getAttribute('aria-current') === 'true');
  const next = links[current + step];
  if (next) void go(next.href);
  return links.length > 0;
}

function showCurrent(): void {
  document.querySelector('#review .check-item[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
  const chosen = document.querySelector<HTMLElement>('#differences [data-difference][aria-current="true"]');
  if (chosen) mark(chosen, differences());
}
