import { AppError } from '../base/errors.ts';
import type { Register } from './command.ts';
import { cassettePath } from './context.ts';

interface RulesOptions {
  readonly note?: string;
  readonly dryRun?: true;
  readonly blindSpots?: true;
}

export const rules: Register = (define) => {
  const { command, run } = define('rules [words...]', 'list, add or remove rules of a cassette');
  command
    .usage('[options] <cassette> | add <cassette> <rule> | remove <cassette> <number>')
    .option('--note <text>', 'add: why, for those who come later')
    .option('--dry-run', 'add: show what the rule touches and hides, and keep nothing')
    .option('--blind-spots', 'how much of the answers, and of what past runs found, each rule hides')
    .addHelpText('after', help);
  run(async (context, options, words) => {
    const { note, dryRun, blindSpots } = options as RulesOptions;
    const [action, cassette, ...rest] = words;
    if (note !== undefined && action !== 'add') throw idle('--note', 'it says why a rule is added');
    if (dryRun && action !== 'add') throw idle('--dry-run', 'it shows what a rule would do that is not added yet');
    if (blindSpots && (action === 'add' || action === 'remove')) {
      throw usage('--blind-spots has no effect here: it is for the list', 'retake rules CASSETTE --blind-spots');
    }
    if (action === 'add') {
      const { addRule } = await import('./change-rules.ts');
      return addRule(context, { cassette, text: rest.join(' '), note, mode: dryRun ? 'dry-run' : 'save' });
    }
    if (action === 'remove') {
      const { removeRule } = await import('./change-rules.ts');
      return removeRule(context, { cassette, text: rest.join(' ') });
    }
    if (action === undefined) throw usage('rules needs a cassette', 'list its rules: retake rules CASSETTE');
    if (words.length > 1) {
      throw usage(
        `"${words.slice(1).join(' ')}" is too much: rules lists one cassette`,
        'to change rules: retake rules add CASSETTE RULE, or retake rules remove CASSETTE NUMBER',
      );
    }
    const { listRules } = await import('./rule-list.ts');
    await listRules(context, {
      file: cassettePath(context.cwd, words[0]!),
      detail: blindSpots ? 'blind-spots' : 'none',
    });
    return 0;
  });
};

const help = `
  retake rules shop                                              those of the cassette and of retake.config.ts
  retake rules shop --blind-spots                                and what each of them hides

Which recording answers a request:
  retake rules add shop 'GET /search: ignore query nonce'        this parameter does not count
  retake rules add shop 'POST /orders: type json $.id as uuid'   any UUID will do there
  retake rules add shop '*: match header accept-language'        this header counts
  retake rules add shop 'POST /search: treat as read'            it changes nothing on the server

What is right about an answer:
  retake rules add shop 'GET /orders: expect json $.items[*].at as timestamp'   another time is as good
  retake rules add shop 'GET /orders: expect json $.total within 5%'            near is near enough
  retake rules add shop '*: expect header x-served-by ignored' --dry-run        what would this hide?

  retake rules remove shop 2                                     by the number that the list shows

Everything a rule can say is in docs/rules.md.`;

function idle(flag: string, reason: string): AppError {
  return usage(`${flag} has no effect: ${reason}`, 'leave it away, or: retake rules add CASSETTE RULE');
}

function usage(problem: string, hint: string): AppError {
  return new AppError('USAGE', { problem, hint });
}
