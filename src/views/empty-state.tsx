import type { Child } from 'hono/jsx';

/** Says why there is nothing to see, and what to do next. */
export function EmptyState(props: { readonly title: string; readonly children?: Child }) {
  return (
    <div class="empty">
      <p class="empty-title">{props.title}</p>
      {props.children}
    </div>
  );
}
