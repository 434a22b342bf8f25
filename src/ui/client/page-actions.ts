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
  });
  document.addEventListener('change', (event) => {
    const field = event.target as HTMLElement;
    if (field instanceof HTMLSelectElement) field.closest<HTMLFormElement>('form[data-auto-submit]')?.requestSubmit();
  });
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
