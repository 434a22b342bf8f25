import { AppError, type ExitCode } from '../base/errors.ts';
import type { CassetteWriter } from '../store/cassette-writer.ts';
import type { MatchRule } from '../model/match-rule.ts';
import { authorOf } from './author.ts';
import type { Register } from './command.ts';
import { type Context, cassettePath } from './context.ts';

export const rules: Register = (define) => {
  const { command, run } = define('rules [words...]', 'list, add or remove match rules of a cassette');
  command
    .usage('[options] <cassette> | add <cassette> <rule> | remove <cassette> <number>')
    .option('--note <text>', 'add: why, for those who come later')
    .addHelpText('after', help);
  run(async (context, options, words) => {
    const { note } = options as { readonly note?: string };
    const [action, cassette, ...rest] = words;
    if (note !== undefined && action !== 'add') {
      throw usage(
        '--note has no effect: it says why a rule is added',
        'leave it away, or: retake rules add CASSETTE RULE',
      );
    }
    if (action === 'add') return add(context, { cassette, text: rest.join(' '), note });
    if (action === 'remove') return remove(context, { cassette, text: rest.join(' ') });
    if (action === undefined) throw usage('rules needs a cassette', 'list its rules: retake rules CASSETTE');
    if (words.length > 1) {
      throw usage(
        `"${words.slice(1).join(' ')}" is too much: rules lists one cassette`,
        'to change rules: retake rules add CASSETTE RULE, or retake rules remove CASSETTE NUMBER',
      );
    }
    const { listRules } = await import('./rule-list.ts');
    await listRules(context, cassettePath(context.cwd, words[0]!));
    return 0;
  });
};

const help = `
  retake rules shop                                              those of the cassette and of retake.config.ts
  retake rules add shop 'GET /search: ignore query nonce'        this parameter does not count
  retake rules add shop 'POST /orders: type json $.id as uuid'   any UUID will do there
  retake rules add shop '*: match header accept-language'        this header counts
  retake rules add shop 'POST /search: treat as read'            it changes nothing on the server
  retake rules remove shop 2                                     by the number that the list shows

Everything a rule can say is in docs/rules.md.`;

interface Words {
  readonly cassette: string | undefined;
  readonly text: string;
}

async function add(
  context: Context,
  { cassette, text, note }: Words & { note: string | undefined },
): Promise<ExitCode> {
  if (cassette === undefined || text === '') {
    throw usage('add needs a cassette and a rule', `retake rules add CASSETTE 'GET /search: ignore query nonce'`);
  }
  refuseInCi(context);
  const rule = await parseRule(text);
  const [{ CassetteWriter }, { formatMatchRuleLine }, { countTouched, recordingsWords }, { oneLine }] =
    await Promise.all([
      import('../store/cassette-writer.ts'),
      import('../model/match-rule-grammar.ts'),
      import('./rule-list.ts'),
      import('./exchange-text.ts'),
    ]);
  const file = cassettePath(context.cwd, cassette);
  const line = formatMatchRuleLine(rule);
  const writer = CassetteWriter.open(file, { create: 'never' });
  try {
    const known = writer.reader().matchRules();
    const same = known.find((one) => formatMatchRuleLine(one.rule) === line);
    const author = authorOf(context.env);
    const number =
      same?.id ?? writer.addMatchRule({ rule, author, ...(note === undefined ? {} : { note }), at: Date.now() });
    const [recordings = 0] = countTouched(writer.reader(), [rule]);
    const added = same === undefined;
    if (added) await rulesChanged(writer);
    if (context.json) await printJson(context, { action: 'add', number, added, line, recordings });
    else {
      const what = added ? `rule ${number} of ${cassette}` : `${cassette} has this rule already, as rule ${number}`;
      await context.print(`${what}: ${oneLine(line)}\n`);
      if (recordings === 0)
        context.log.warn(
          'no recording has what this rule speaks of: check scope and name, unless only new requests have it',
        );
      else context.log.info(`  it touches ${recordingsWords(recordings)}`);
    }
    return 0;
  } finally {
    writer.close();
  }
}

async function remove(context: Context, { cassette, text }: Words): Promise<ExitCode> {
  if (cassette === undefined || !/^[1-9]\d{0,14}$/.test(text)) {
    throw usage('remove needs a cassette and the number of a rule', 'see the numbers: retake rules CASSETTE');
  }
  refuseInCi(context);
  const [{ CassetteWriter }, { formatMatchRuleLine }, { oneLine }] = await Promise.all([
    import('../store/cassette-writer.ts'),
    import('../model/match-rule-grammar.ts'),
    import('./exchange-text.ts'),
  ]);
  const file = cassettePath(context.cwd, cassette);
  const writer = CassetteWriter.open(file, { create: 'never' });
  try {
    const known = writer.reader().matchRules();
    const rule = known.find(({ id }) => id === Number(text));
    if (!rule || !writer.removeMatchRule(rule.id)) {
      const numbers = known.map(({ id }) => id).join(', ');
      throw usage(
        `there is no rule ${text} in ${file}`,
        numbers === '' ? 'it has none; those of retake.config.ts are changed there' : `rules there: ${numbers}`,
      );
    }
    await rulesChanged(writer);
    const line = formatMatchRuleLine(rule.rule);
    if (context.json) await printJson(context, { action: 'remove', number: rule.id, line });
    else await context.print(`rule ${rule.id} of ${cassette} is gone: ${oneLine(line)}\n`);
    return 0;
  } finally {
    writer.close();
  }
}

/** Nothing is recorded anew: only what replay looks requests up in is made again. */
async function rulesChanged(writer: CassetteWriter): Promise<void> {
  const { reindex } = await import('../proxy/reindex.ts');
  reindex(writer);
}

async function parseRule(text: string): Promise<MatchRule> {
  const [{ parseMatchRuleLine }, { RuleProblem }] = await Promise.all([
    import('../model/match-rule-grammar.ts'),
    import('../model/rule-problem.ts'),
  ]);
  try {
    return parseMatchRuleLine(text);
  } catch (thrown) {
    if (!(thrown instanceof RuleProblem)) throw thrown;
    const { member, message, hint } = thrown;
    throw new AppError('USAGE', { problem: member === undefined ? message : `${member}: ${message}`, hint }, thrown);
  }
}

function refuseInCi({ ci }: Context): void {
  if (!ci) return;
  throw usage(
    'rules are not changed in CI: what counts is decided by a person',
    'change them on your machine and commit the cassette, or add --no-ci if this is one',
  );
}

function printJson(context: Context, members: object): Promise<void> {
  return context.print(`${JSON.stringify({ schema: 'retake.rules/1', ...members }, undefined, 2)}\n`);
}

function usage(problem: string, hint: string): AppError {
  return new AppError('USAGE', { problem, hint });
}
