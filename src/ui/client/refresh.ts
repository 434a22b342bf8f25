import { onLiveChange } from './live.ts';
import { fetchDocument, swapIn } from './swap.ts';

/**
 * Pages that list what may change: `data-refresh` names the changes that concern them (`cassettes`, `cassette:NAME`,
 * `runs`), and their parts with an id are replaced by the server's newest.
 */
export function startRefresh(): void {
  onLiveChange((changes) => {
    const page = document.querySelector<HTMLElement>('[data-refresh]');
    if (page) {
      const wanted = page.dataset['refresh']!.split(' ');
      const concerns = changes.some(({ kind, name }) => wanted.includes(kind) || wanted.includes(`${kind}:${name}`));
      if (concerns) void refresh(page);
    }
    if (changes.some(({ kind }) => kind === 'cassette' || kind === 'served')) refreshStatus();
  });
}

let refreshing = false;
let again = false;

async function refresh(page: HTMLElement): Promise<void> {
  if (refreshing) {
    again = true;
    return;
  }
  // Somebody is filling in a form or reading a menu: the next change will do.
  if (page.contains(document.activeElement) && document.activeElement?.closest('form, details[open]')) return;
  refreshing = true;
  try {
    const { document: answer, ok } = await fetchDocument(location.href);
    if (ok) for (const part of page.querySelectorAll(':scope > [id]')) swapIn(part.id, answer);
  } catch {
    // Shown as "reconnecting"; the page keeps what it has.
  }
  refreshing = false;
  if (again) {
    again = false;
    await refresh(page);
  }
}

/** A number that changes more often than this cannot be read. */
const statusEveryMs = 400;
let statusDue: ReturnType<typeof setTimeout> | undefined;

function refreshStatus(): void {
  statusDue ??= setTimeout(() => {
    statusDue = undefined;
    fetchDocument('/status').then(
      ({ document: answer }) => swapIn('status', answer),
      () => {
        // As above.
      },
    );
  }, statusEveryMs);
}
