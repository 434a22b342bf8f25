import type { EffectFacts } from '../../src/match/effect-facts.ts';

/**
 * A session as lines `METHOD /path = answer`, one second each; ` | ` joins requests that run at once. `@host` after the
 * path names another server, `#body` tells requests to one path apart, `!404` is a status, `+v` a value that the response
 * issues, `-v` one that the request uses; `names:v` an identifier of what is
 * meant.
 */
export function recordedFacts(lines: readonly string[]): EffectFacts[] {
  const facts: EffectFacts[] = [];
  lines.forEach((line, second) => {
    for (const text of line.split(' | ')) facts.push(factsOf(text, { position: facts.length, second }));
  });
  return facts;
}

function factsOf(text: string, { position, second }: { position: number; second: number }): EffectFacts {
  const [request = '', answer] = text.split(' = ');
  const [method = '', address = '', ...marks] = request.split(' ');
  const {
    path = '',
    body,
    host = 'default',
  } = /^(?<path>[^#@]*)(?:#(?<body>[^@]*))?(?:@(?<host>.*))?$/.exec(address)!.groups as {
    path?: string;
    body?: string;
    host?: string;
  };
  const marked = (mark: string): string[] =>
    marks.filter((word) => word.startsWith(mark)).map((word) => word.slice(mark.length));
  const operation = /^(query|mutation|subscription)(?: |:)?(\w*)$/.exec(marked('~')[0] ?? '');
  const startedAt = 1_700_000_000_000 + second * 1000 + position;
  return {
    position,
    startedAt,
    endedAt: startedAt + 500,
    targetName: host,
    method,
    path,
    requestKey: `${method} ${host} ${path} ${body ?? ''} ${operation?.[0] ?? ''}`,
    status: Number(marked('!')[0] ?? 200),
    ...(answer === undefined ? {} : { responseDigest: answer }),
    issuedValues: marked('+'),
    usedValues: marked('-'),
    ...(marked('names:')[0] ? { mentions: marked('names:') } : {}),
    ...(operation ? { graphql: { kind: operation[1] as 'query', name: operation[2]! } } : {}),
    ...(marked('treat:')[0] ? { treat: marked('treat:')[0] as 'read' } : {}),
    ...(marks.includes('unservable') ? { servable: false } : {}),
  };
}
