/**
 * Parts of a page replaced by the same parts of another answer of the server. XMLHttpRequest parses HTML without running
 * its scripts and without an HTML string passing through our hands, which the Trusted Types policy would refuse.
 */
export interface Fetched {
  readonly document: Document;
  /** Where redirects led. */
  readonly url: string;
  readonly ok: boolean;
}

export function fetchDocument(url: string, form?: FormData): Promise<Fetched> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(form ? 'POST' : 'GET', url);
    request.responseType = 'document';
    request.addEventListener('load', () => {
      const document = request.responseXML;
      if (document) resolve({ document, url: request.responseURL, ok: request.status < 400 });
      else reject(new Error(`${url} answered ${request.status}`));
    });
    request.addEventListener('error', () => reject(new Error(`${url} did not answer`)));
    if (form) {
      const fields = new URLSearchParams();
      for (const [name, value] of form) if (typeof value === 'string') fields.append(name, value);
      request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
      request.send(fields.toString());
    } else request.send();
  });
}

/** Puts the element of that id from another document in the place of ours; keeps the scroll position inside it. */
export function swapIn(id: string, from: Document): HTMLElement | undefined {
  const old = document.getElementById(id);
  const fresh = from.getElementById(id);
  if (!old || !fresh) return undefined;
  const adopted = document.importNode(fresh, true);
  const scrolled = [...old.querySelectorAll<HTMLElement>('[data-keep-scroll]')].map(
    (element) => [element.dataset['keepScroll'], element.scrollTop] as const,
  );
  const openDetails = [...old.querySelectorAll<HTMLDetailsElement>('details[open][id]')].map(({ id }) => id);
  const focused =
    document.activeElement instanceof HTMLElement && old.contains(document.activeElement)
      ? document.activeElement
      : undefined;
  old.replaceWith(adopted);
  if (focused) sameElement(adopted, focused)?.focus({ preventScroll: true });
  for (const [name, top] of scrolled) {
    const again = adopted.querySelector<HTMLElement>(`[data-keep-scroll="${name}"]`);
    if (again) again.scrollTop = top;
  }
  for (const id of openDetails) {
    const again = document.getElementById(id);
    if (again instanceof HTMLDetailsElement) again.open = true;
  }
  return adopted;
}

/** The element in a fresh part that stands for one in the old part. */
function sameElement(part: HTMLElement, old: HTMLElement): HTMLElement | undefined {
  if (old.id) return part.querySelector<HTMLElement>(`#${CSS.escape(old.id)}`) ?? undefined;
  const href = old.getAttribute('href');
  const keys = old.getAttribute('aria-keyshortcuts');
  if (href) return part.querySelector<HTMLElement>(`a[href="${CSS.escape(href)}"]`) ?? undefined;
  return keys ? (part.querySelector<HTMLElement>(`[aria-keyshortcuts="${CSS.escape(keys)}"]`) ?? undefined) : undefined;
}

/** Says something to a screen reader; sighted people see it happen. */
export function announce(text: string): void {
  const region = document.getElementById('announcer');
  if (region) region.textContent = text;
}
