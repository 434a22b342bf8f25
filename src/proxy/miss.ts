import { visible, visibleLine } from '../base/log.ts';
import type { MissCause, MissReport, NearRecording } from '../model/miss-report.ts';
import { explainUnmatched } from './explain-miss.ts';
import { adviceFor, type ReplaySetup } from './miss-advice.ts';
import { type FoundMiss, placeAsked, reasonOf, titleOf } from './miss-words.ts';
import { nearChosen } from './near-chosen.ts';
import { maskedTarget } from './near-recordings.ts';
import { rulesFor } from './replay-layer.ts';
import { noMatchRules } from '../model/match-rule-set.ts';
import { sizeOfBody } from './request-body.ts';
import { masksUnder } from './request-masks.ts';

export type { MissCode, MissReport } from '../model/miss-report.ts';

export interface MissOptions extends FoundMiss {
  readonly setup: ReplaySetup;
}

/** Explains a miss: what was asked, what comes nearest, the likely cause, and only advice that can help. */
export function reportMiss(options: MissOptions): MissReport {
  const { source, request, layer, choice, setup } = options;
  const masks = masksUnder(request, rulesFor(layer.rules ?? noMatchRules, request));
  const { method, targetName, body } = request;
  const bodyBytes = sizeOfBody(body);
  const target = visible(maskedTarget(request.target, masks));
  const asked = { method, target, targetName, bodyBytes };
  const explained = unlessUnreadable<Explained>({ nearest: [], rules: [] }, () =>
    choice.code === 'unmatched'
      ? explainUnmatched(source, request, masks)
      : { ...nearChosen({ source, request, layer, choice, target }), rules: [] },
  );
  const name = `${placeAsked(asked)}${bodyBytes > 0 ? ` with a body of ${bodyBytes} bytes` : ''}`;
  const reason = reasonOf(options, explained.nearest);
  const cause = shownCause(explained.cause, reason);
  const advice = unlessUnreadable([], () => adviceFor({ choice, layer, request, setup, explained }));
  return {
    code: choice.code,
    title: titleOf(choice, name),
    reason,
    asked,
    cassette: layer.cassette,
    sessions: source.layers.map(({ session }) => session.name),
    lane: request.lane,
    ...(cause ? { cause } : {}),
    nearest: explained.nearest.map(shownRecording),
    suggestions: advice.map(({ words, command }) => (command === undefined ? words : `${words}: ${command}`)),
    advice,
  };
}

type Explained = ReturnType<typeof explainUnmatched> | (ReturnType<typeof nearChosen> & { readonly rules: [] });

/** A cassette that cannot be read any more takes the explanation away, not the miss. */
function unlessUnreadable<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

function shownCause(cause: MissCause | undefined, reason: string): MissCause | undefined {
  return cause && cause.words !== reason ? { ...cause, words: visibleLine(cause.words) } : undefined;
}

function shownRecording(recording: NearRecording): NearRecording {
  return { ...recording, target: visible(recording.target) };
}
