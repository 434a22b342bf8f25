import type { Invariant } from '../compare/invariants/claim.ts';
import type { EndpointInvariants } from '../suite/session-invariants.ts';
import type { Register } from './command.ts';
import { cassettePath, type Context } from './context.ts';

export const invariants: Register = (define) => {
  const { command, run } = define('invariants <cassette>', 'list what the recorded responses keep to, and runs assert');
  command
    .option('--session <name>', 'session to look at (default: the newest)')
    .addHelpText(
      'after',
      '\nLearned anew from the recordings and the baselines accepted since; docs/decisions/036-learned-invariants.md says how.',
    );
  run(async (context, options, [cassette]) => {
    const { session } = options as { readonly session?: string };
    const found = await learn(cassettePath(context.cwd, cassette!), session);
    if (context.json) {
      const document = { schema: 'retake.invariants/1', session: found.session, endpoints: found.endpoints };
      await context.print(`${JSON.stringify(document, undefined, 2)}\n`);
    } else if (found.endpoints.length > 0) await context.print(await text(context, found.endpoints));
    else context.log.info('nothing was the same in three responses of one kind, or there are not so many');
    return 0;
  });
};

interface ListedEndpoint extends Omit<EndpointInvariants, 'invariants'> {
  readonly invariants: readonly ListedInvariant[];
}

interface ListedInvariant {
  readonly kind: Invariant['claim']['kind'];
  readonly words: string;
  readonly responses: number;
  readonly distinct: number;
}

async function learn(
  file: string,
  name: string | undefined,
): Promise<{ readonly session: string; readonly endpoints: readonly ListedEndpoint[] }> {
  const [{ CassetteReader }, { SessionInvariants }, { invariantWords }] = await Promise.all([
    import('../store/cassette-reader.ts'),
    import('../suite/session-invariants.ts'),
    import('../compare/invariants/claim-words.ts'),
  ]);
  const reader = CassetteReader.open(file);
  try {
    const session = reader.session(name);
    const endpoints = [...new SessionInvariants(reader, session).all()].map((endpoint) => ({
      ...endpoint,
      invariants: endpoint.invariants.map((invariant) => ({
        kind: invariant.claim.kind,
        words: invariantWords(invariant),
        ...invariant.evidence,
      })),
    }));
    return { session: session.name, endpoints };
  } finally {
    reader.close();
  }
}

async function text(context: Context, endpoints: readonly ListedEndpoint[]): Promise<string> {
  const { oneLine } = await import('./exchange-text.ts');
  const { formatCount } = await import('../views/quantities.ts');
  const paint = context.paintData;
  const severalTargets = new Set(endpoints.map(({ targetName }) => targetName)).size > 1;
  const blocks = endpoints.map((endpoint) => {
    const { method, template, status, targetName } = endpoint;
    const title = [...(severalTargets ? [`${targetName}:`] : []), method, template, String(status)].join(' ');
    const lines = endpoint.invariants.map(({ words, responses, distinct }) => {
      const evidence = `${formatCount(responses, 'response')}, ${distinct} different`;
      return `  ${oneLine(words)}  ${paint('dim', evidence)}\n`;
    });
    return `${paint('bold', oneLine(title))}\n${lines.join('')}`;
  });
  return blocks.join('\n');
}
