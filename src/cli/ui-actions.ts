import type { RuleActions, RunTestsRequest, UiActions } from '../ui/ui-options.ts';

interface UiActionsOptions {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly rules: RuleActions;
}

/** What the UI can start: it needs the project's key and the secrets of this environment, which only cli reads. */
export function uiActions(options: UiActionsOptions): UiActions {
  return {
    hasSecret: (variable) => Boolean(options.env[variable]),
    runTests: (request) => runTests(options, request),
    rules: options.rules,
    vitestFile: async (request) => {
      const { vitestFile } = await import('./vitest-file.ts');
      return vitestFile(request);
    },
  };
}

async function runTests(
  { folder, env, rules }: UiActionsOptions,
  { cassettePath, session, targets, secrets, writes, onStart, signal }: RunTestsRequest,
): Promise<void> {
  const { openSuiteSources } = await import('../suite/suite-sources.ts');
  const { runSuite } = await import('../suite/run-suite.ts');
  const { compare } = await rules.config();
  const sources = openSuiteSources({ folder, cassettePath, session, targets, env });
  try {
    await runSuite({
      ...sources,
      compareRules: compare,
      secret: (variable) => secrets.get(variable) ?? sources.secret(variable),
      writes,
      onStart,
      signal,
    });
  } finally {
    sources.close();
  }
}
