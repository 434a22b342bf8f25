/** What a person running a command sees beside the data: everything here goes to stderr. */
export interface Log {
  readonly info: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly error: (line: string) => void;
  readonly debug: (line: string) => void;
}

const controlCharacters = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Recorded text for a terminal or a page: control characters and bidirectional overrides become visible escapes. */
export function visible(text: string): string {
  return text.replace(controlCharacters, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same on one line. */
export function visibleLine(text: string): string {
  return visible(text).replace(/[\t\n]/g, (c) => (c === '\n' ? '\\n' : '\\t'));
}
