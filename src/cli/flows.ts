import { AppError, type ExitCode } from '../base/errors.ts';
import type { ValueFlow } from '../model/flow.ts';
import type { Session } from '../model/session.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import type { CassetteWriter } from '../store/cassette-writer.ts';
import { authorOf } from './author.ts';
import type { Register } from './command.ts';
import { type Context, cassettePath } from './context.ts';

export const flows: Register = (define) => {
  const { command, run } = define('flows [words...]', 'list, add or remove value flows of a session');
  command
    .usage('[options] <cassette> | add <cassette> <flow> | remove <cassette> <number>')
    .option('--session <name>', 'session to look at (default: the newest)')
    .option('--note <text>', 'add: why, for those who come later')
    .addHelpText('after', help);
  run(async (context, options, words) => {
    const { session, note } = options as { readonly session?: string; readonly note?: string };
    const [action, cassette, ...rest] = words;
    if (note !== undefined && action !== 'add') {
      throw usage(
        '--note has no effect: it says why a flow is added',
        'leave it away, or: retake flows add CASSETTE FLOW',
      );
    }
    const text = rest.join(' ');
    if (action === 'add') return add(context, { cassette, session, text, note });
    if (action === 'remove') return remove(context, { cassette, session, text });
    if (action === undefined) throw usage('flows needs a cassette', 'list its flows: retake flows CASSETTE');
    if (words.length > 1) {
      throw usage(
        `"${words.slice(1).join(' ')}" is too much: flows lists one session`,
        'to change flows: retake flows add CASSETTE FLOW, or retake flows remove CASSETTE NUMBER',
      );
    }
    const { listFlows } = await import('./flow-list.ts');
    await listFlows(context, cassettePath(context.cwd, action), session);
    return 0;
  });
};

const help = `
  retake flows shop                                       values that responses issue and later requests need, and why
  retake flows shop --session ann --json                  those of one session, as data
  retake flows add shop '3 json:/id -> 5 path:1'          the id that 3 answers is the second segment of 5's path
  retake flows add shop '0 header:location[0] > query:state[0] -> 1 query:state[0]'
  retake flows remove shop 2                              by the number that the list shows

Positions are those of "retake ls". Places are in docs/flows.md.`;

interface Words {
  readonly cassette: string | undefined;
  readonly session: string | undefined;
  readonly text: string;
}

async function add(context: Context, words: Words & { readonly note: string | undefined }): Promise<ExitCode> {
  const { text, note } = words;
  if (words.cassette === undefined || text === '') {
    throw usage('add needs a cassette and a flow', `retake flows add CASSETTE '3 json:/id -> 5 path:1'`);
  }
  refuseInCi(context);
  const [{ parseFlowLine, formatFlowLine }, { connectPlaces }, { correlated }, { oneLine }] = await Promise.all([
    import('../model/flow-line.ts'),
    import('../correlate/connect-places.ts'),
    import('../proxy/find-flows.ts'),
    import('./exchange-text.ts'),
  ]);
  const ends = parseFlowLine(text);
  if (!ends) {
    throw usage(`"${text}" is no flow`, `POSITION PLACE -> POSITION PLACE, for example '3 json:/id -> 5 path:1'`);
  }
  return change(context, words, async (writer, { id, name, exchangeCount }) => {
    const reads = writer.reader();
    const exchangeAt = (position: number) => {
      const exchange = reads.exchange(id, position);
      if (exchange) return correlated(reads, exchange);
      throw usage(`${name} has no exchange ${position}`, `it has ${exchangeCount}, from 0`);
    };
    const connected = connectPlaces(ends, { from: exchangeAt(ends.from), to: exchangeAt(ends.to) });
    if (!connected.ok) throw usage(connected.problem, connected.hint);
    const line = formatFlowLine(connected.flow);
    const known = reads
      .flows(id)
      .findIndex((flow) => formatFlowLine(flow) === line && flow.value === connected.flow.value);
    if (known !== -1) {
      const same = `${words.cassette} has this flow already, as flow ${known + 1}`;
      await answer(context, { action: 'add', number: known + 1, added: false, line }, `${same}: ${oneLine(line)}`);
      return 'unchanged';
    }
    const by = `added by ${authorOf(context.env)} on ${new Date().toISOString().slice(0, 10)}`;
    const flow: ValueFlow = { ...connected.flow, evidence: note === undefined ? by : `${by}: ${note}` };
    writer.addFlows(id, [flow]);
    const number = numberOf(reads, id, flow);
    await answer(context, { action: 'add', number, added: true, line }, `flow ${number} of ${name}: ${oneLine(line)}`);
    return 'changed';
  });
}

async function remove(context: Context, words: Words): Promise<ExitCode> {
  if (words.cassette === undefined || !/^[1-9]\d{0,8}$/.test(words.text)) {
    throw usage('remove needs a cassette and the number of a flow', 'see the numbers: retake flows CASSETTE');
  }
  refuseInCi(context);
  const [{ formatFlowLine }, { oneLine }] = await Promise.all([
    import('../model/flow-line.ts'),
    import('./exchange-text.ts'),
  ]);
  return change(context, words, async (writer, { id, name }) => {
    const number = Number(words.text);
    const all = writer.reader().flows(id);
    const flow = all[number - 1];
    if (!flow || !writer.removeFlow(id, flow)) {
      throw usage(`${name} has no flow ${number}`, all.length === 0 ? 'it has none' : `it has 1 to ${all.length}`);
    }
    const line = formatFlowLine(flow);
    await answer(context, { action: 'remove', number, line }, `flow ${number} of ${name} is gone: ${oneLine(line)}`);
    return 'changed';
  });
}

type Work = (writer: CassetteWriter, session: Session) => Promise<'changed' | 'unchanged'>;

/** Works on a session as the one writer of its cassette. What replay learned from its flows is learned anew. */
async function change(context: Context, { cassette, session }: Words, work: Work): Promise<ExitCode> {
  const [{ CassetteWriter: Writer }, { reindex }] = await Promise.all([
    import('../store/cassette-writer.ts'),
    import('../proxy/reindex.ts'),
  ]);
  const writer = Writer.open(cassettePath(context.cwd, cassette!), { create: 'never' });
  try {
    const chosen = writer.reader().session(session);
    if ((await work(writer, chosen)) === 'changed') reindex(writer, { sessionId: chosen.id, even: 'when current' });
    return 0;
  } finally {
    writer.close();
  }
}

function numberOf(reads: CassetteReads, sessionId: number, flow: ValueFlow): number {
  const isSame = (one: ValueFlow): boolean =>
    one.to === flow.to && one.toPlace === flow.toPlace && one.from === flow.from;
  return reads.flows(sessionId).findLastIndex((one) => isSame(one) && one.fromPlace === flow.fromPlace) + 1;
}

function refuseInCi({ ci }: Context): void {
  if (!ci) return;
  throw usage(
    'flows are not changed in CI: what belongs together is decided by a person',
    'change them on your machine and commit the cassette, or add --no-ci if this is one',
  );
}

function answer({ json, print }: Context, members: object, line: string): Promise<void> {
  return print(json ? `${JSON.stringify({ schema: 'retake.flows/1', ...members }, undefined, 2)}\n` : `${line}\n`);
}

function usage(problem: string, hint: string): AppError {
  return new AppError('USAGE', { problem, hint });
}
