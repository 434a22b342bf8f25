import type { RunTestsRequest, UiActions } from '../ui/ui-options.ts';

/** What the UI can start: it needs the project's key and the secrets of this environment, which only cli reads. */
export function uiActions(options: {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}): UiActions {
  return {
    hasSecret: (variable) => Boolean(options.env[variable]),
    runTests: (request) => runTests(options, request),
    vitestFile: async (request) => {
      const { vitestFile } = await import('./vitest-file.ts');
      return vitestFile(request);
    },
  };
}

async function runTests(
  { folder, env }: Parameters<typeof uiActions>[0],
  { cassettePath, session, targets, secrets, writes, onStart, signal }: RunTestsRequest,
): Promise<void> {
  const { openSuiteSources } = await import('../suite/suite-sources.ts');
  const { runSuite } = await import('../suite/run-suite.ts');
  const sources = openSuiteSources({ folder, cassettePath, session, targets, env });
  try {
    await runSuite({
      ...sources,
      secret: (variable) => secrets.get(variable) ?? sources.secret(variable),
      writes,
      onStart,
      signal,
    });
  } finally {
    sources.close();
  }
}
