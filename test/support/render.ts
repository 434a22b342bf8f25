import { html } from 'hono/html';
import type { Child } from 'hono/jsx';

/** The HTML of a component. */
export async function render(element: Child): Promise<string> {
  const text = await html`${element}`;
  return text.toString();
}
