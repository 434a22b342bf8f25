import { createRedactor } from '../redact/redactor.ts';
import { CassetteReader } from '../store/cassette-reader.ts';
import { RunStore } from '../store/run-store.ts';
import type { SuiteRunOptions } from './prepare-run.ts';
import { resolveTargets } from './suite-target.ts';
import { toolVersion } from '../base/tool-version.ts';
import { cassetteName } from '../store/cassette-path.ts';
import { gitCommitOf } from '../base/git-commit.ts';
import { redactionKey } from '../store/redaction-key.ts';

export interface SuiteSourcesOptions {
  /** Where `.retake` lies. */
  readonly folder: string;
  readonly cassettePath: string;
  /** Newest when undefined. */
  readonly session?: string;
  /** `URL`, or `name=URL` per recorded target. */
  readonly targets: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type SuiteSources = Pick<
  SuiteRunOptions,
  'reader' | 'cassette' | 'session' | 'targets' | 'runStore' | 'redactor' | 'secret' | 'toolVersion' | 'gitCommit'
> & { readonly close: () => void };

/** Opens everything a run needs from this machine: cassette, run store, key, and secrets of the environment. */
export function openSuiteSources(options: SuiteSourcesOptions): SuiteSources {
  const { folder, cassettePath, env } = options;
  const reader = CassetteReader.open(cassettePath);
  let runStore: RunStore | undefined;
  try {
    const session = reader.session(options.session);
    const targets = resolveTargets(options.targets, session.targets);
    runStore = RunStore.open(folder);
    const store = runStore;
    const gitCommit = gitCommitOf(folder);
    return {
      reader,
      cassette: cassetteName(cassettePath),
      session,
      targets,
      runStore,
      redactor: createRedactor(redactionKey(folder, env)),
      secret: (variable) => env[variable],
      toolVersion,
      ...(gitCommit === undefined ? {} : { gitCommit }),
      close: () => {
        reader.close();
        store.close();
      },
    };
  } catch (thrown) {
    reader.close();
    runStore?.close();
    throw thrown;
  }
}
