/** A GraphQL document (spec.graphql.org, October 2021) as far as requests need to be told apart: its tokens. */
export interface GraphqlDocument {
  /** The tokens with as little between them as keeps them apart: equal texts are equal documents. */
  readonly canonical: string;
  readonly operations: readonly GraphqlOperation[];
}

export interface GraphqlOperation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly name?: string;
}

/**
 * An executable document: white space, commas and comments gone, strings and numbers as spelt. Undefined when the text is
 * no such document; a search for `the query` is none, nor is SQL. Beyond that, documents are not validated.
 */
export function readGraphql(text: string): GraphqlDocument | undefined {
  const tokens = tokensOf(text);
  const operations = tokens && operationsOf(tokens);
  if (!operations || operations.length === 0) return undefined;
  let canonical = '';
  let wasWord = false;
  for (const token of tokens) {
    const isWord = !isPunctuator(token);
    canonical += wasWord && isWord ? ` ${token}` : token;
    wasWord = isWord;
  }
  return { canonical, operations };
}

/** White space, line ends, commas, a byte order mark, and comments (§2.1). */
const ignored = /(?:[\uFEFF\t\n\r ,]+|#[^\n\r]*)*/y;
const name = /[_A-Za-z]\w*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const punctuator = /\.\.\.|[!$&():=@[\]{|}]/y;

function isPunctuator(token: string): boolean {
  return '!$&().:=@[]{|}'.includes(token[0]!);
}

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  let at = 0;
  for (;;) {
    ignored.lastIndex = at;
    ignored.test(text);
    at = ignored.lastIndex;
    if (at === text.length) return tokens;
    const end =
      text[at] === '"'
        ? stringEnd(text, at)
        : (endOf(name, text, at) ?? endOf(punctuator, text, at) ?? endOf(number, text, at));
    if (end === undefined) return undefined;
    tokens.push(text.slice(at, end));
    at = end;
  }
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** `"…"` on one line, or `"""…"""`, in which only `\"""` is an escape (§2.9.4). */
function stringEnd(text: string, start: number): number | undefined {
  if (text.startsWith('"""', start)) {
    let at = text.indexOf('"""', start + 3);
    while (at !== -1 && text[at - 1] === '\\') at = text.indexOf('"""', at + 3);
    return at === -1 ? undefined : at + 3;
  }
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"') return at + 1;
    if (char === '\\') at++;
    else if (char === '\n' || char === '\r') return undefined;
  }
  return undefined;
}

const operationKinds: ReadonlySet<string> = new Set(['query', 'mutation', 'subscription']);

function operationsOf(tokens: readonly string[]): GraphqlOperation[] | undefined {
  const operations: GraphqlOperation[] = [];
  let at = 0;
  while (at < tokens.length) {
    const word = tokens[at]!;
    if (word === '{') operations.push({ kind: 'query' });
    else if (operationKinds.has(word)) {
      at++;
      const named = isName(tokens[at] ?? '') ? { name: tokens[at++]! } : {};
      operations.push({ kind: word as GraphqlOperation['kind'], ...named });
      if (!['(', '@', '{'].includes(tokens[at] ?? '')) return undefined;
    } else if (word === 'fragment' && tokens[at + 2] === 'on') at += 4;
    else return undefined;
    const end = definitionEnd(tokens, at);
    if (end === undefined) return undefined;
    at = end;
  }
  return operations;
}

const closing: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' };
/** What may stand outside of arguments, besides names. */
const inSelections: ReadonlySet<string> = new Set(['{', '}', '(', ')', ':', '@', '...']);

/** Behind the selection of the definition that goes on here; undefined when it is none, as in JSON or prose. */
function definitionEnd(tokens: readonly string[], from: number): number | undefined {
  const open: string[] = [];
  let isArgument = false;
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (!isArgument && !inSelections.has(token) && !isName(token)) return undefined;
    if (token in closing) {
      if (token === '{' && !isArgument && tokens[at + 1] !== '...' && !isName(tokens[at + 1] ?? '')) return undefined;
      isArgument ||= token === '(';
      open.push(closing[token]!);
    } else if (token === '}' || token === ')' || token === ']') {
      if (open.pop() !== token) return undefined;
      // Parentheses stand in no others.
      isArgument &&= token !== ')';
      if (token === '}' && open.length === 0) return at + 1;
    }
  }
  return undefined;
}

function isName(token: string): boolean {
  return /^[_A-Za-z]/.test(token);
}
