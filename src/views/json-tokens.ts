export type JsonTokenKind = 'key' | 'string' | 'number' | 'literal' | 'mark';

export interface JsonToken {
  readonly kind: JsonTokenKind;
  readonly text: string;
}

/** One line of laid-out JSON. */
export interface JsonLine {
  /** Levels of indentation. */
  readonly depth: number;
  readonly tokens: readonly JsonToken[];
}

export interface JsonLayout {
  readonly lines: readonly JsonLine[];
  /** False when the limit cut it. */
  readonly complete: boolean;
}

const pattern = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/y;

/**
 * JSON text laid out one member per line, token by token: numbers, escapes and the order of keys stay exactly as they
 * were sent (a parsed value would lose digits of large numbers, and all but one of equal keys).
 *
 * Stops once about `limit` characters have been laid out. Returns undefined where the text is not made of JSON tokens;
 * it does not check their grammar.
 */
export function layOutJson(text: string, limit: number): JsonLayout | undefined {
  const tokens = tokenise(text, limit);
  if (tokens === undefined) return undefined;
  const lines: JsonLine[] = [];
  let line: JsonToken[] = [];
  let depth = 0;
  const breakLine = (): void => {
    lines.push({ depth, tokens: line });
    line = [];
  };
  for (const [index, token] of tokens.pieces.entries()) {
    const next = tokens.pieces[index + 1]?.text;
    if (token.text === '{' || token.text === '[') {
      line.push(token);
      if (next === '}' || next === ']') continue;
      breakLine();
      depth++;
    } else if (token.text === '}' || token.text === ']') {
      const previous = tokens.pieces[index - 1]?.text;
      if (previous !== '{' && previous !== '[') {
        breakLine();
        depth = Math.max(0, depth - 1);
      }
      line.push(token);
    } else if (token.text === ',') {
      line.push(token);
      breakLine();
    } else if (token.text === ':') line.push({ kind: 'mark', text: ': ' });
    else line.push(next === ':' ? { kind: 'key', text: token.text } : token);
  }
  breakLine();
  return { lines, complete: tokens.complete };
}

function tokenise(text: string, limit: number): { pieces: JsonToken[]; complete: boolean } | undefined {
  const pieces: JsonToken[] = [];
  const space = /\s*/y;
  let at = 0;
  for (;;) {
    space.lastIndex = at;
    space.exec(text);
    at = space.lastIndex;
    if (at >= text.length) return { pieces, complete: true };
    if (at > limit) return { pieces, complete: false };
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) return undefined;
    pieces.push({ kind: kindOf(found[0]), text: found[0] });
    at = pattern.lastIndex;
  }
}

function kindOf(token: string): JsonTokenKind {
  const first = token[0]!;
  if (first === '"') return 'string';
  if (first === 't' || first === 'f' || first === 'n') return 'literal';
  return first === '-' || (first >= '0' && first <= '9') ? 'number' : 'mark';
}
