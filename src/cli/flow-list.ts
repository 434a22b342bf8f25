import path from 'node:path';
import type { ValueFlow } from '../model/flow.ts';
import { formatFlowLine } from '../model/flow-line.ts';
import type { Session } from '../model/session.ts';
import { CassetteReader } from '../store/cassette-reader.ts';
import type { Context } from './context.ts';
import { oneLine } from './exchange-text.ts';

/** Tokens are long; their beginning tells them apart. */
const maxShownValue = 40;

/** Requests by position, as `METHOD target`. */
type Lines = ReadonlyMap<number, { readonly method: string; readonly target: string }>;

/** Prints the value flows of a session, by the request that needs the value. */
export async function listFlows(context: Context, file: string, sessionName: string | undefined): Promise<void> {
  const reader = CassetteReader.open(file);
  try {
    const session = reader.session(sessionName);
    const flows = reader.flows(session.id);
    const ends = new Set(flows.flatMap(({ from, to }) => [from, to]));
    const lines: Lines = new Map(
      [...ends].flatMap((position) => {
        const request = reader.exchange(session.id, position)?.request;
        return request ? [[position, { method: request.method, target: request.target }] as const] : [];
      }),
    );
    const shown = path.relative(context.cwd, file);
    const cassette = shown.startsWith('..') ? file : shown;
    if (context.json) {
      await context.print(`${JSON.stringify(document({ cassette, session, flows, lines }), undefined, 2)}\n`);
    } else if (flows.length > 0) await context.print(flows.map((flow, i) => rows(context, flow, i, lines)).join(''));
    else {
      context.log.info(
        `${cassette}:${session.name} has no value flows: no request needs what an earlier response issued`,
      );
      context.log.info(context.paint('dim', `  add one: retake flows add ${cassette} '3 json:/id -> 5 path:1'`));
    }
  } finally {
    reader.close();
  }
}

interface Listed {
  readonly cassette: string;
  readonly session: Session;
  readonly flows: readonly ValueFlow[];
  readonly lines: Lines;
}

function document({ cassette, session, flows, lines }: Listed): object {
  const end = (position: number, place: string): object => ({ position, ...lines.get(position), place });
  return {
    schema: 'retake.flows/1',
    cassette,
    session: session.name,
    flows: flows.map((flow, i) => ({
      number: i + 1,
      from: end(flow.from, flow.fromPlace),
      to: end(flow.to, flow.toPlace),
      prefix: flow.prefix,
      value: flow.value,
      suffix: flow.suffix,
      evidence: flow.evidence,
    })),
  };
}

/** Two lines: what goes where, as `flows add` takes it, and why. */
function rows({ paintData: paint }: Context, flow: ValueFlow, index: number, lines: Lines): string {
  const { value, from, to, evidence } = flow;
  const number = String(index + 1).padStart(4);
  const cut = value.length > maxShownValue ? `${value.slice(0, maxShownValue)}…` : value;
  const request = (position: number): string => {
    const { method = '?', target = '' } = lines.get(position) ?? {};
    return oneLine(`${method} ${target.split('?', 1)[0]!}`);
  };
  return [
    `${paint('dim', number)}  ${oneLine(formatFlowLine(flow))}  ${paint('cyan', oneLine(cut))}\n`,
    paint('dim', `      ${request(from)} to ${request(to)}: ${oneLine(evidence)}`),
    '\n',
  ].join('');
}
