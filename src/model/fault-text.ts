import { AppError } from '../base/errors.ts';
import type { Fault } from './fault.ts';
import { countOf, FaultProblem, formatEffect, formatPercent, parsePercent, readEffect, Words } from './fault-effect.ts';
import { nearestWord } from './nearest-word.ts';
import { formatScope, parseScope, scopeExamples } from './rule-scope.ts';

/** A fault as it stands in a configuration; `fault` is an effect in the words of the line. */
export interface FaultObject {
  readonly in: string;
  readonly fault: string;
  readonly probability?: number;
  readonly times?: number;
  readonly after?: number;
  readonly lane?: string;
  readonly seed?: number;
}

const keys: readonly (keyof FaultObject)[] = ['in', 'fault', 'probability', 'times', 'after', 'lane', 'seed'];
const restWords = ['first', 'after', 'lane', 'seed'];
const restHint = 'behind the fault may stand: 20%, first 3, after 2, lane NAME, seed 7';

/**
 * Reads one fault: a line such as `GET /orders/*: latency 200ms±50ms 20% first 3`, or an object as in the configuration.
 * Throws FAULT_INVALID.
 */
export function parseFault(given: unknown): Fault {
  try {
    if (typeof given === 'string') return fromLine(given);
    if (typeof given === 'object' && given !== null && !Array.isArray(given)) return fromObject(given);
    throw new FaultProblem('it is neither a line nor an object', "write for example 'GET /orders/*: latency 200ms'");
  } catch (thrown) {
    if (!(thrown instanceof FaultProblem)) throw thrown;
    const fault = typeof given === 'string' ? given.trim() : (JSON.stringify(given) ?? 'nothing');
    throw new AppError('FAULT_INVALID', { fault, problem: thrown.message, hint: thrown.hint });
  }
}

/** One line, as `parseFault` reads it. */
export function formatFault(fault: Fault): string {
  const { probability, times, after, lane, seed } = fault;
  return [
    `${formatScope(fault.scope)}: ${formatEffect(fault.effect)}`,
    ...(probability === 1 ? [] : [formatPercent(probability)]),
    ...(times === undefined ? [] : [`first ${times}`]),
    ...(after === undefined ? [] : [`after ${after}`]),
    ...(lane === undefined ? [] : [`lane ${lane}`]),
    ...(seed === undefined ? [] : [`seed ${seed}`]),
  ].join(' ');
}

function fromLine(line: string): Fault {
  const [, scope, rest = ''] = /^(.*?):(?:\s+(.*))?$/s.exec(line.trim()) ?? [];
  if (scope === undefined) {
    throw new FaultProblem(
      'there is no ": " between the requests and what goes wrong',
      "write for example 'GET /orders/*: latency 200ms', or '*: 503 20%'",
    );
  }
  const words = new Words(rest);
  const effect = readEffect(words);
  const conditions = readConditions(words);
  return checked({ scope: scopeOf(scope), effect, probability: 1, ...conditions });
}

type Conditions = { -readonly [K in 'probability' | 'times' | 'after' | 'lane' | 'seed']?: Fault[K] & {} };

function readConditions(words: Words): Conditions {
  const conditions: Conditions = {};
  for (let word = words.take(); word !== undefined; word = words.take()) {
    const name = word.endsWith('%') ? 'probability' : word === 'first' ? 'times' : word;
    if (name in conditions) throw new FaultProblem(`${word} is said twice`, restHint);
    switch (name) {
      case 'probability':
        conditions.probability = parsePercent(word) ?? Number.NaN;
        break;
      case 'times':
      case 'after':
        conditions[name] = countOf(words.take()) ?? Number.NaN;
        break;
      case 'lane':
        conditions.lane = words.take() ?? '';
        break;
      case 'seed':
        conditions.seed = wholeNumber(words.take());
        break;
      default: {
        const near = nearestWord(word, restWords);
        throw new FaultProblem(
          `${JSON.stringify(word)} is not understood`,
          near === undefined ? restHint : `did you mean ${near}?`,
        );
      }
    }
  }
  return conditions;
}

function fromObject(given: object): Fault {
  for (const key of Object.keys(given)) {
    if ((keys as readonly string[]).includes(key)) continue;
    const near = nearestWord(key, keys);
    throw new FaultProblem(
      `it has no ${JSON.stringify(key)}`,
      near === undefined ? `it may have ${keys.join(', ')}` : `did you mean ${near}?`,
    );
  }
  const { in: scope, fault, probability = 1, times, after, lane, seed } = given as Partial<FaultObject>;
  if (typeof scope !== 'string')
    throw new FaultProblem('it does not say for which requests', `give in: ${scopeExamples}`);
  if (typeof fault !== 'string') throw new FaultProblem('nothing is said to go wrong', 'give fault: "latency 200ms"');
  const words = new Words(fault);
  const effect = readEffect(words);
  if (words.next !== undefined) {
    throw new FaultProblem(
      `${JSON.stringify(words.next)} is no part of a fault in an object`,
      'give probability, times, after, lane and seed beside it',
    );
  }
  return checked({
    scope: scopeOf(scope),
    effect,
    probability,
    ...(times === undefined ? {} : { times }),
    ...(after === undefined ? {} : { after }),
    ...(lane === undefined ? {} : { lane }),
    ...(seed === undefined ? {} : { seed }),
  });
}

function scopeOf(text: string): Fault['scope'] {
  const parsed = parseScope(text);
  if (parsed.kind === 'scope') return parsed.scope;
  throw new FaultProblem(parsed.problem, `write the requests as ${scopeExamples}`);
}

/** Values may come from a file, where types are a hope. */
function checked(fault: Fault): Fault {
  const { probability, times, after, lane, seed } = fault;
  if (typeof probability !== 'number' || !(probability > 0 && probability <= 1)) {
    throw new FaultProblem(
      'the probability is not more than 0 % and at most 100 %',
      'write for example 20%, or 0.2 in an object',
    );
  }
  if (times !== undefined && !isCount(times)) throw new FaultProblem('first needs a whole number from 1', restHint);
  if (after !== undefined && !isCount(after)) throw new FaultProblem('after needs a whole number from 1', restHint);
  if (lane !== undefined && (typeof lane !== 'string' || !/^\S+$/.test(lane))) {
    throw new FaultProblem('lane needs the name of a lane, without spaces', restHint);
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw new FaultProblem('seed needs a whole number', restHint);
  return fault;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function wholeNumber(text: string | undefined): number {
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}
