import type * as Re2js from 're2js';
import { createRequire } from 'node:module';
import { problemOf } from '../base/errors.ts';

/** A regular expression whose time is linear in the text, whatever the pattern. */
export interface LinearPattern {
  /** Does it match the whole text? `costly`: the text is too long to be asked. */
  readonly whole: (text: string) => boolean | 'costly';
  /** Does it match anywhere? */
  readonly anywhere: (text: string) => boolean | 'costly';
}

export type CompiledPattern =
  | ({ readonly ok: true } & LinearPattern)
  | {
      readonly ok: false;
      /** What is wrong with it. */
      readonly problem: string;
    };

/** Longer ones nobody wrote by hand. */
const maxPatternLength = 1000;

/** Instructions of the pattern times characters of the text: measured, a second at worst. */
const maxSteps = 10_000_000;

/** Reads a pattern in RE2's syntax: no look-around, no references back. `flags` of `i`, `m`, `s`. */
export function compileLinearPattern(pattern: string, flags = ''): CompiledPattern {
  if (pattern.length > maxPatternLength) {
    return { ok: false, problem: `it has ${pattern.length} characters, and may have ${maxPatternLength}` };
  }
  const { RE2JS } = library();
  const known: Readonly<Record<string, number>> = {
    i: RE2JS.CASE_INSENSITIVE,
    m: RE2JS.MULTILINE,
    s: RE2JS.DOTALL,
  };
  let bits = 0;
  for (const flag of flags) {
    if (known[flag] === undefined) return { ok: false, problem: `the flag ${flag} is unknown: i, m and s are` };
    bits |= known[flag];
  }
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern), bits);
    const size = compiled.programSize();
    const isCostly = (text: string): boolean => size * text.length > maxSteps;
    return {
      ok: true,
      whole: (text) => (isCostly(text) ? 'costly' : compiled.testExact(text)),
      anywhere: (text) => (isCostly(text) ? 'costly' : compiled.test(text)),
    };
  } catch (thrown) {
    return { ok: false, problem: problemOf(thrown).replace(/^error parsing regexp: /, '') };
  }
}

let loaded: typeof Re2js | undefined;

/** Loaded by the first pattern: most rules have none. */
function library(): typeof Re2js {
  // Not in one expression: as with json-p3 (json-path.ts), the compiler would drop the parentheses.
  loaded ??= createRequire(import.meta.url)('re2js') as typeof Re2js;
  return loaded;
}
