import { type AnswerChange, editAnswer } from './answer-body.ts';
import { EchoFinder } from './answer-echo.ts';
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

/** What replay changes in answers, and nothing else: values that the client made anew are the client's. */
export class AnswerChanger {
  readonly #echoes = new EchoFinder();

  change(request: IncomingRequest, hit: Hit): ChangedAnswer {
    const echo = this.#echoes.find(request, hit);
    if (!echo) return { recording: hit.recording, changes: noChanges, hit };
    const told = echo.renamed.length === 0 ? hit : { ...hit, renamed: [...hit.renamed, ...echo.renamed] };
    return { ...editAnswer(hit.recording, echo.editing), hit: told };
  }
}
