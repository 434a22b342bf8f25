import { headerValue, type RawHeaders } from '../model/headers.ts';
import { parseTimestamp } from '../model/volatile.ts';
import { type CaptureWindow, clockToleranceMs } from './clock.ts';

/** A response by our clock. */
export interface TimedHeaders {
  readonly headers: RawHeaders;
  readonly window: CaptureWindow;
}

/** By how much the clocks of the two servers are ahead of ours, in ms; undefined where that is not known. */
export interface ServersAhead {
  readonly baseline?: number | undefined;
  readonly fresh?: number | undefined;
}

/**
 * What the `Date` of two responses (RFC 9110 §6.6.1) tells of the clocks of their servers: negative when one is behind,
 * 0 when it differs no more than clocks do. A `Date` that is the same in both is no clock.
 */
export function serversAhead(baseline: TimedHeaders, fresh: TimedHeaders): ServersAhead {
  if (headerValue(baseline.headers, 'date') === headerValue(fresh.headers, 'date')) return {};
  return { baseline: aheadMs(baseline), fresh: aheadMs(fresh) };
}

function aheadMs({ headers, window: { startMs, endMs } }: TimedHeaders): number | undefined {
  const date = parseTimestamp(headerValue(headers, 'date') ?? '');
  if (!date) return undefined;
  if (date.toMs < startMs - clockToleranceMs) return date.toMs - startMs;
  return date.fromMs > endMs + clockToleranceMs ? date.fromMs - endMs : 0;
}

/**
 * Both windows by the clocks of the servers: what they say of their own times is told by those.
 *
 * @param known Of the servers, where these responses do not tell.
 */
export function serverWindows(
  baseline: TimedHeaders,
  fresh: TimedHeaders,
  known: ServersAhead = {},
): { readonly baselineWindow: CaptureWindow; readonly freshWindow: CaptureWindow } {
  const ahead = serversAhead(baseline, fresh);
  return {
    baselineWindow: movedBy(ahead.baseline ?? known.baseline ?? 0, baseline.window),
    freshWindow: movedBy(ahead.fresh ?? known.fresh ?? 0, fresh.window),
  };
}

function movedBy(ms: number, { startMs, endMs, sinceMs = startMs }: CaptureWindow): CaptureWindow {
  return { startMs: startMs + ms, endMs: endMs + ms, sinceMs: sinceMs + ms };
}
