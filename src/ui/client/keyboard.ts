/**
 * Single keys press the visible button or follow the visible link that names them in `aria-keyshortcuts`; lists and
 * differences have their own movements. Nothing happens while a text field has the focus or with Ctrl, Meta or Alt.
 */
const pause = 1_000;
let prefix: { readonly key: string; readonly at: number } | undefined;

type Move = (step: 1 | -1) => boolean;

const moves = new Map<string, { readonly move: Move; readonly step: 1 | -1 }>();

/** Gives keys to a movement that no button stands for. */
export function onKeys(forward: readonly string[], backward: readonly string[], move: Move): void {
  for (const key of forward) moves.set(key, { move, step: 1 });
  for (const key of backward) moves.set(key, { move, step: -1 });
}

export function startKeyboard(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === 'Escape') return leaveField();
    if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
    if (act(event)) event.preventDefault();
  });
}

function act(event: KeyboardEvent): boolean {
  const { key } = event;
  if (prefix && event.timeStamp - prefix.at < pause) {
    const sequence = `${prefix.key} ${key}`;
    prefix = undefined;
    return press(sequence);
  }
  if (key === 'g') {
    prefix = { key, at: event.timeStamp };
    return true;
  }
  const moving = moves.get(key);
  if (moving?.move(moving.step)) return true;
  // Letters arrive as typed, shift included; aria-keyshortcuts spells the modifier out.
  const name = /^[A-Z]$/.test(key) ? `Shift+${key}` : key;
  return press(name);
}

function press(keys: string): boolean {
  const escaped = CSS.escape(keys);
  // `v` is not the second key of `g v`.
  const target = document.querySelector<HTMLElement>(
    `[aria-keyshortcuts~="${escaped}"]:not([aria-keyshortcuts^="g "]), [aria-keyshortcuts="${escaped}"]`,
  );
  if (!target || target.hasAttribute('disabled')) return false;
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) {
    target.focus();
    target.select();
  } else target.click();
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('textarea, select, input:not([type="checkbox"], [type="radio"])');
}

function leaveField(): void {
  if (isTyping(document.activeElement)) (document.activeElement as HTMLElement).blur();
}
