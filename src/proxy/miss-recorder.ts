import { gitCommitOf } from '../base/git-commit.ts';
import type { Log } from '../base/log.ts';
import { toolVersion } from '../base/tool-version.ts';
import type { Target } from '../model/target.ts';
import { redactionKey } from '../store/redaction-key.ts';
import { Recorder } from './recorder.ts';
import { missTag } from './replay-layers.ts';
import type { LayerSource } from './replay-layer.ts';

export interface MissRecorderOptions {
  /** In the order of the session that is recorded. */
  readonly targets: readonly Target[];
  /** Where `.retake` lies. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of the session, beside the one that says what it belongs to. */
  readonly tags: Readonly<Record<string, string>>;
  readonly log: Log;
}

/** Begins a session of its own for what servers answer to the misses of a replay; later replays of the same use it. */
export function startMissRecorder(
  { reader, session }: LayerSource,
  { targets, folder, env, tags, log }: MissRecorderOptions,
): Promise<Recorder> {
  const gitCommit = gitCommitOf(folder);
  return Recorder.start({
    cassettePath: reader.path,
    plan: { mode: 'append', session: undefined },
    session: {
      startedAt: Date.now(),
      targets: targets.map(({ name, url }) => ({ name, url })),
      toolVersion,
      ...(gitCommit === undefined ? {} : { gitCommit }),
      tags: { [missTag]: session.name, ...tags },
      redacted: session.redacted,
    },
    redactionKey: session.redacted ? redactionKey(folder, env) : undefined,
    log,
  });
}
