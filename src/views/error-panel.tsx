import { visible } from '../base/log.ts';
import { Icon } from './icon.tsx';

/** What failed and what to do next, in the place where the content would stand. */
export function ErrorPanel(props: { readonly message: string; readonly hint?: string; readonly code?: string }) {
  return (
    <div class="notice bad" role="alert">
      <Icon name="warning" />
      <div>
        <p>
          <strong>{visible(props.message)}</strong>
        </p>
        {props.hint === undefined ? null : <p>{visible(props.hint)}</p>}
        {props.code === undefined ? null : <p class="quiet">{props.code}</p>}
      </div>
    </div>
  );
}
