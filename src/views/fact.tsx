import type { Child } from 'hono/jsx';

/** One name and value of a `<dl class="fact-list">`. */
export function Fact(props: { readonly name: string; readonly children?: Child }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
