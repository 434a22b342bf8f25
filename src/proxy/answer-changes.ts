import { type AnswerChange, editAnswer } from './answer-body.ts';
import { EchoFinder } from './answer-echo.ts';
import type { ShiftedTimes } from './answer-time.ts';
import type { Recording } from './recording-cache.ts';
import type { Hit } from './replay-found.ts';
import type { IncomingRequest } from './replay-layer.ts';

/** A recording as it is served to one client. */
export interface ChangedAnswer {
  /** The very same one when nothing changes. */
  readonly recording: Recording;
  readonly changes: readonly AnswerChange[];
  /** With the values that a rule let differ. */
  readonly hit: Hit;
}

const noChanges: readonly AnswerChange[] = [];

/**
 * What replay changes in answers, and nothing else: values that the client made anew are the client's, and where it is
 * asked for, times are those of now.
 */
export class AnswerChanger {
  readonly #echoes = new EchoFinder();
  readonly #times: ShiftedTimes | undefined;

  constructor(times: ShiftedTimes | undefined) {
    this.#times = times;
  }

  change(request: IncomingRequest, hit: Hit): ChangedAnswer {
    const { recording, changes } = this.#times?.change(request, hit) ?? {
      recording: hit.recording,
      changes: noChanges,
    };
    const echo = this.#echoes.find(request, hit);
    if (!echo) return { recording, changes, hit };
    const told = echo.renamed.length === 0 ? hit : { ...hit, renamed: [...hit.renamed, ...echo.renamed] };
    const echoed = editAnswer(recording, echo.editing);
    return { recording: echoed.recording, changes: [...changes, ...echoed.changes], hit: told };
  }

  /** Of a conversation, which is played as it was recorded. */
  left({ renamed }: Hit): readonly AnswerChange[] {
    const left = { place: 'body', count: 0, left: 'conversation' } as const;
    return [
      ...(renamed.length > 0 ? [{ ...left, from: 'echo' as const }] : []),
      ...(this.#times ? [{ ...left, from: 'time' as const }] : []),
    ];
  }
}
