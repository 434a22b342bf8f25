import { Icon } from './icon.tsx';

/** A command a person can copy: the twin on the command line of what the page shows. */
export function CopyCommand(props: { readonly command: string; readonly label?: string }) {
  return (
    <div class="command">
      <code>{props.command}</code>
      <CopyButton text={props.command} label={props.label ?? 'Copy the command'} />
    </div>
  );
}

/** Copies a text; the browser module acts on `data-copy`. */
export function CopyButton(props: {
  readonly text: string;
  readonly label: string;
  readonly keys?: string;
  readonly look?: 'icon' | 'button';
}) {
  const isIcon = (props.look ?? 'icon') === 'icon';
  return (
    <button
      type="button"
      class={isIcon ? 'icon-button' : 'button'}
      data-copy={props.text}
      aria-label={isIcon ? props.label : undefined}
      aria-keyshortcuts={props.keys}
      title={props.keys === undefined ? props.label : `${props.label}  ${props.keys}`}
    >
      <Icon name="copy" />
      {isIcon ? null : <span>{props.label}</span>}
    </button>
  );
}
