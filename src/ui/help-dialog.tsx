import { keyGroups } from './key-bindings.ts';

/** The keys, once as a dialog on every page and once as a page of its own for browsers without scripts. */
export function KeyTable({ heading: Heading }: { readonly heading: 'h2' | 'h3' }) {
  return (
    <div class="key-groups">
      {keyGroups.map(({ title, bindings }) => (
        <section>
          <Heading>{title}</Heading>
          <dl>
            {bindings.map(({ keys, does }) => (
              <div>
                <dt>
                  {keys.map((key) => (
                    <kbd>{key}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

export function HelpDialog() {
  return (
    <dialog id="help" aria-labelledby="help-title">
      <div class="dialog-head">
        <h2 id="help-title">Keyboard</h2>
        <form method="dialog">
          <button class="icon-button" aria-label="Close">
            <span aria-hidden="true">×</span>
          </button>
        </form>
      </div>
      <KeyTable heading="h3" />
      <p class="quiet">Keys work while the cursor is in no text field. Tab and Ctrl+F stay your browser's.</p>
    </dialog>
  );
}
