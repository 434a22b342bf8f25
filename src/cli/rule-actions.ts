import { AppError } from '../base/errors.ts';
import type { CassetteWriter } from '../store/cassette-writer.ts';
import type { RuleActions } from '../ui/ui-options.ts';
import { readConfig } from './config.ts';
import type { Context } from './context.ts';

/** Rules for the UI, changed by the same functions as on the command line; loaded when somebody looks at rules. */
export function ruleActions(context: Pick<Context, 'cwd' | 'configFile' | 'ci'>): RuleActions {
  return {
    config: () => readConfig(context),
    keep: async ({ cassettePath, rule, author, note }) => {
      refuseInCi(context);
      const { keepRule, numberOf } = await import('./kept-rules.ts');
      return withWriter(
        cassettePath,
        (writer) => numberOf(writer.reader(), rule) ?? keepRule(writer, rule, { author, note }),
      );
    },
    remove: async (cassettePath, number) => {
      refuseInCi(context);
      const { dropRule } = await import('./kept-rules.ts');
      return withWriter(cassettePath, (writer) => dropRule(writer, number));
    },
    countTouched: async (reader, rules) => (await import('./rule-list.ts')).countTouched(reader, rules),
  };
}

/** @throws AppError USAGE */
export function refuseInCi({ ci }: Pick<Context, 'ci'>): void {
  if (!ci) return;
  throw new AppError('USAGE', {
    problem: 'rules are not changed in CI: what counts is decided by a person',
    hint: 'change them on your machine and commit the cassette, or add --no-ci if this is one',
  });
}

async function withWriter<T>(file: string, work: (writer: CassetteWriter) => T): Promise<T> {
  const writers = await import('../store/cassette-writer.ts');
  const writer = writers.CassetteWriter.open(file, { create: 'never' });
  try {
    return work(writer);
  } finally {
    writer.close();
  }
}
