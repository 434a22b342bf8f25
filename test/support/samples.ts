import { invariantWords } from '../../src/compare/invariants/claim-words.ts';
import { learnInvariants } from '../../src/compare/invariants/learn-invariants.ts';
import type { Sample } from '../../src/compare/invariants/sample.ts';
import { type JsonValue, parseJsonValue } from '../../src/model/json-value.ts';

/** A response with this JSON body (as text, where numbers must keep their spelling), as invariants look at it. */
export function sample(body: unknown, parts: Partial<Omit<Sample, 'value'>> = {}): Sample {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const parsed = parseJsonValue(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  const value: JsonValue = parsed.value;
  return { value, headers: [], body: Buffer.from(text), context: new Map(), ...parts };
}

/** What is learned from responses with these bodies, in words. */
export function learnedFrom(bodies: readonly unknown[]): string[] {
  return learnInvariants(bodies.map((body) => sample(body))).map(invariantWords);
}
