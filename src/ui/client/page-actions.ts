import { announce } from './swap.ts';

/** Copying, the help dialog, and forms that send themselves. */
export function startPageActions(): void {
  document.addEventListener('click', (event) => {
    const element = event.target as Element;
    const copy = element.closest<HTMLElement>('[data-copy]');
    if (copy) void copyText(copy);
    const opener = element.closest<HTMLElement>('[data-opens]');
    const dialog = opener && document.getElementById(opener.dataset['opens']!);
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
    }
    // A click outside closes a menu, as everywhere else.
    for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.popover[open]')) {
      if (!menu.contains(element)) menu.open = false;
    }
  });
  document.addEventListener('change', (event) => {
    const field = event.target as HTMLElement;
    if (field instanceof HTMLSelectElement) field.closest<HTMLFormElement>('form[data-auto-submit]')?.requestSubmit();
  });
  document.addEventListener(
    'toggle',
    (event) => {
      const menu = event.target as HTMLElement;
      if (menu.matches('details.popover[open]')) menu.querySelector<HTMLElement>('input:not([type="hidden"])')?.focus();
    },
    true,
  );
}

async function copyText(button: HTMLElement): Promise<void> {
  const text = button.dataset['copy']!;
  try {
    await navigator.clipboard.writeText(text);
    confirmCopy(button, 'Copied');
  } catch {
    confirmCopy(button, 'The browser does not allow copying here');
  }
}

function confirmCopy(button: HTMLElement, words: string): void {
  announce(words);
  button.dataset['done'] = words;
  setTimeout(() => delete button.dataset['done'], 1_600);
}
