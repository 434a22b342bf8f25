/** More secrets than a session issues; the oldest are forgotten first. */
const maxKnown = 10_000;

/** What tokens are made of: characters that no URL, header or JSON string needs to escape. */
const run = /[A-Za-z0-9_][A-Za-z0-9_.~-]{7,}/g;

/**
 * Secrets that responses issued under a secret's name, to be found again where no name says so: in a path
 * (`/carts/<token>`), a link, a page. The client of a replay only ever sees the pseudonym and builds its later requests
 * from that, so that the recorded requests must hold it too.
 */
export class KnownSecrets {
  readonly #values = new Set<string>();

  /** Short or plain words are left out: they would be found where they mean something else. */
  remember(value: string): void {
    if (!isDistinctive(value)) return;
    this.#values.delete(value);
    this.#values.add(value);
    if (this.#values.size > maxKnown) this.#values.delete(this.#values.keys().next().value!);
  }

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  /** The text with every known secret that stands in it as a whole word replaced. */
  replace(text: string, pseudonym: (value: string) => string): string {
    if (this.isEmpty) return text;
    return text.replace(run, (word) => {
      if (this.#values.has(word)) return pseudonym(word);
      // The full stop of a sentence, the extension of a file.
      const dot = word.lastIndexOf('.');
      const stem = word.slice(0, dot);
      return dot > 0 && this.#values.has(stem) ? pseudonym(stem) + word.slice(dot) : word;
    });
  }
}

function isDistinctive(value: string): boolean {
  if (value.match(run)?.[0] !== value) return false;
  return value.length >= 20 || (/\d/.test(value) && /[A-Za-z]/.test(value));
}
