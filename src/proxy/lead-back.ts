import { responseOf } from '../model/exchange.ts';
import { headerValue, type RawHeaders } from '../model/headers.ts';
import type { Target } from '../model/target.ts';
import type { AskedRequest } from './asked-request.ts';
import { lanePath } from './lane-marks.ts';
import { mapToClient } from './map-to-client.ts';
import type { Recording } from './recording-cache.ts';

const leading: ReadonlySet<string> = new Set(['location', 'content-location', 'refresh', 'set-cookie']);

/**
 * What points away from where a client came in leads back there: with `--rewrite` from the recorded server to the replay,
 * as it was when recording; and for a client whose lane stands in the path always, or the next request would be in
 * another lane.
 */
export class LeadBack {
  readonly #targets: ReadonlyMap<string, Target>;

  /** @param targets Recorded servers by name; none without `--rewrite`. */
  constructor(targets: ReadonlyMap<string, Target> = new Map()) {
    this.#targets = targets;
  }

  /** The very same recording where nothing is to change. */
  change(
    recording: Recording,
    targetName: string,
    { request, mark, scheme = 'http' }: Pick<AskedRequest, 'request' | 'mark' | 'scheme'>,
  ): Recording {
    const target = this.#targets.get(targetName);
    const lane = mark?.how === 'path' ? mark.name : undefined;
    if (!target && lane === undefined) return recording;
    const { outcome } = recording.exchange;
    const facts = responseOf(outcome);
    if (!outcome || !facts?.headers.some((text, i) => i % 2 === 0 && leading.has(text.toLowerCase()))) return recording;
    let headers: RawHeaders = facts.headers;
    if (target) headers = mapToClient([...headers], request, { target, scheme });
    if (lane !== undefined) {
      const origin = `${scheme}://${headerValue(request.rawHeaders, 'host') ?? ''}`;
      headers = headers.map((text, i) => (i % 2 === 0 ? text : intoLane(headers[i - 1]!, text, { lane, origin })));
    }
    const led = { ...facts, headers };
    const { isHeld: _, ...rest } = recording;
    return {
      ...rest,
      exchange: {
        ...recording.exchange,
        outcome: outcome.kind === 'response' ? { kind: 'response', ...led } : { ...outcome, response: led },
      },
    };
  }
}

interface LaneOrigin {
  readonly lane: string;
  readonly origin: string;
}

function intoLane(name: string, value: string, place: LaneOrigin): string {
  switch (name.toLowerCase()) {
    case 'location':
    case 'content-location':
      return urlIntoLane(value, place);
    case 'refresh':
      return value.replace(
        /^(\s*[\d.]+\s*[;,]\s*(?:url\s*=\s*)?['"]?)([^'"]*)/i,
        (_whole, before: string, url: string) => before + urlIntoLane(url, place),
      );
    case 'set-cookie':
      return value.replace(/(;\s*path\s*=\s*)(\/[^;]*)/i, (_whole, before: string, path: string) =>
        path.trim() === '/' ? before + path : before + lanePath(place.lane) + path,
      );
    default:
      return value;
  }
}

/** Of our own origin: a path from the root, or the whole URL. What is relative stays in the lane by itself. */
function urlIntoLane(url: string, { lane, origin }: LaneOrigin): string {
  if (url.startsWith('/') && !url.startsWith('//')) return lanePath(lane) + url;
  return url.startsWith(`${origin}/`) ? origin + lanePath(lane) + url.slice(origin.length) : url;
}
