import type { Exchange } from '../model/exchange.ts';
import { standingOf } from './standing.ts';

export interface GenerateVitestOptions {
  /** The cassette as the generated file finds it: a relative URL reference such as `../cassettes/shop.cassette`. */
  readonly cassettePath: string;
  /** Short name for the title. */
  readonly cassette: string;
  readonly session: string;
  /** The session's exchanges, by position. */
  readonly exchanges: Iterable<Exchange>;
}

/** The environment variable generated files read the address of the server under test from. */
const targetVariable = 'RETAKE_TARGET';

/**
 * A vitest file with one test per exchange, in order, each asserting that its fresh response has no failing
 * difference; recordings that cannot be judged are skipped tests with the reason. It needs nothing but `vitest` and `retake`.
 */
export function generateVitest(options: GenerateVitestOptions): string {
  const { cassettePath, cassette, session, exchanges } = options;
  const tests = Array.from(exchanges, (exchange) => testOf(exchange));
  const lines = [
    `import { env } from 'node:process';`,
    `import { afterAll, beforeAll, describe, expect, test } from 'vitest';`,
    `import { openSuite, type Suite } from 'retake';`,
    ``,
    `// Sends the recorded requests to the server at ${targetVariable} and compares its responses with their baselines.`,
    `// Run it: ${targetVariable}=http://127.0.0.1:3000 npx vitest run`,
    `const target = env['${targetVariable}'];`,
    `let suite: Suite;`,
    ``,
    `beforeAll(async () => {`,
    `  if (!target) throw new Error('set ${targetVariable} to the server under test, for example http://127.0.0.1:3000');`,
    `  suite = await openSuite({`,
    `    cassette: new URL(${quote(cassettePath)}, import.meta.url),`,
    `    session: ${quote(session)},`,
    `    target,`,
    `  });`,
    `});`,
    ``,
    `afterAll(async () => {`,
    `  await suite?.close();`,
    `});`,
    ``,
    `describe(${quote(`${cassette}:${session}`)}, () => {`,
  ];
  return `${lines.join('\n')}\n${tests.join('\n')}});\n`;
}

function testOf(exchange: Exchange): string {
  const { request, outcome, position } = exchange;
  const ending = outcome?.kind === 'response' ? outcome.status : (outcome?.code ?? 'no response');
  const title = quote(`${request.method} ${request.target} → ${ending}`);
  const standing = standingOf(exchange);
  if (standing.kind !== 'judged') {
    return `  // Cannot be judged: ${quote(standing.reason).slice(1, -1)}
  test.skip(${title});
`;
  }
  return `  test(${title}, async () => {
    expect((await suite.check(${position})).failures).toEqual([]);
  });
`;
}

/** A TypeScript string literal; line ends that are legal in JSON but not in source (U+2028, U+2029) are escaped too. */
function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}
