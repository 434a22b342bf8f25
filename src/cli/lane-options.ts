import { type Command, Option } from 'commander';
import { AppError } from '../base/errors.ts';
import { laneNameProblem } from '../proxy/lane-marks.ts';
import type { ReplayListenerPlan } from '../proxy/replay-proxy.ts';
import { collect } from './option-values.ts';

export function addLanePorts(command: Command): Command {
  return command.addOption(
    new Option('--lane <name=port>', 'one more port, whose requests are in this lane; 0: any free one')
      .argParser(collect)
      .default([]),
  );
}

export function addLaneRule(command: Command): Command {
  return command.addOption(
    new Option(
      '--lanes <rule>',
      'infer: clients with credentials of their own play side by side; explicit: only named lanes',
    )
      .choices(['infer', 'explicit'])
      .default('infer')
      .env('RETAKE_LANES'),
  );
}

/** `--lane NAME=PORT`: for each lane one more listener beside each of these. Throws USAGE. */
export function laneListeners(
  listeners: readonly ReplayListenerPlan[],
  texts: readonly string[],
): readonly ReplayListenerPlan[] {
  const seen = new Set<string>();
  const added = texts.flatMap((text) => {
    const [, lane = '', digits = ''] = /^(.*)=(\d{1,5})$/s.exec(text) ?? [];
    const port = Number(digits);
    if (digits === '' || port > 65_535) {
      throw usage(`--lane ${text} is no lane with a port`, 'write --lane NAME=PORT, with port 0 for any free one');
    }
    const problem = laneNameProblem(lane);
    if (problem !== undefined) throw usage(`the name in --lane ${text} ${problem}`, 'write --lane NAME=PORT');
    if (seen.has(lane)) throw usage(`--lane names ${lane} twice`, 'give each lane one port');
    seen.add(lane);
    if (port !== 0 && listeners.length > 1) {
      const names = listeners.map(({ name }) => name).join(', ');
      throw usage(
        `--lane ${text} gives one port for ${listeners.length} listeners (${names})`,
        `write --lane ${lane}=0 and read the ports from --ready-file`,
      );
    }
    return listeners.map((listener) => ({ ...listener, port, lane }));
  });
  return [...listeners, ...added];
}

function usage(problem: string, hint: string): AppError {
  return new AppError('USAGE', { problem, hint });
}
