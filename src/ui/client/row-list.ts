import { onKeys } from './keyboard.ts';

/** Moves through the rows of the page's lists with j and k; Enter on a focused link is the browser's own. */
export function startRowList(): void {
  onKeys(['j', 'ArrowDown'], ['k', 'ArrowUp'], (step) => {
    const links = rowLinks();
    if (links.length === 0) return false;
    const current = links.findIndex((link) => link === document.activeElement || link.closest('[aria-current="true"]'));
    const focused = links.indexOf(document.activeElement as HTMLElement);
    const from = focused >= 0 ? focused : current;
    const next = links[from < 0 ? (step > 0 ? 0 : links.length - 1) : from + step];
    if (!next) return true;
    next.focus();
    next.closest('tr, li')?.scrollIntoView({ block: 'nearest' });
    next.dispatchEvent(new CustomEvent('row-reached', { bubbles: true }));
    return true;
  });
  onKeys(['o'], [], () => {
    const link = rowLinks().find((each) => each === document.activeElement);
    link?.click();
    return link !== undefined;
  });
}

function rowLinks(): HTMLElement[] {
  return [
    ...document.querySelectorAll<HTMLElement>(
      '[data-list="rows"] > tbody > tr .target a, [data-list="rows"] > li > a:first-child',
    ),
  ];
}
