import { isUtf8 } from 'node:buffer';
import { headerValue, type RawHeaders } from '../model/headers.ts';
import type { Arrival, ClientRequest } from './client-side.ts';
import type { LaneHow } from './lane-book.ts';

/** The lane a request says it belongs to. */
export interface LaneMark {
  readonly name: string;
  readonly how: Exclude<LaneHow, 'actor' | 'default'>;
}

/** A mark that names no lane, with what to do. */
export interface BadLaneMark {
  readonly problem: string;
}

/** What of a request may hold marks. */
export type MarkedHead = Pick<ClientRequest, 'url' | 'rawHeaders'>;

/** Where a request came in. */
export interface LaneDoor {
  readonly kind: 'reverse' | 'forward';
  /** Every request at this listener belongs to it, unless the request says another. */
  readonly lane?: string | undefined;
}

export const laneHeader = 'x-retake-lane';
/** Key of the member of `baggage` (W3C Baggage §3.2). */
const baggageKey = 'retake.lane';
/** Only behind a listener for one server, whose paths begin at the root. */
const pathMark = /^((?:https?:\/\/[^/?#]*)?)\/_retake\/lane\/([^/?#]*)/i;

/** Titles of tests are names of lanes; what is longer than a title is something else. */
const maxNameChars = 200;

/**
 * Reads which lane a request says it belongs to, and takes the marks out of it: nobody behind this sees them, neither
 * matching, nor the real server, nor a cassette. Changes the request itself, which is what everybody else looks at.
 */
export function takeLane(request: MarkedHead, door: LaneDoor, arrival: Arrival): LaneMark | BadLaneMark | undefined {
  const isProxyRequest = door.kind === 'forward' && arrival.connectedTo === undefined;
  const found = readHeaders(request.rawHeaders, isProxyRequest);
  const path = door.kind === 'reverse' ? pathMark.exec(request.url) : null;
  if (found.kept) (request as { rawHeaders: RawHeaders }).rawHeaders = found.kept;
  if (path) (request as { url: string }).url = withoutPathMark(request.url, path);
  if (found.names.length > 1 && new Set(found.names).size > 1) {
    const names = found.names.map((name) => JSON.stringify(name)).join(' and ');
    return { problem: `the header ${laneHeader} names ${names}: send one` };
  }
  const [named] = found.names;
  if (named !== undefined) return marked('header', named, `the header ${laneHeader}`);
  if (found.baggage !== undefined) return marked('baggage', decoded(found.baggage), `${baggageKey} in baggage`);
  const user = found.proxyUser ?? arrival.proxyUser;
  if (user !== undefined) return marked('proxy-user', user, 'the user name for the proxy');
  if (door.lane !== undefined) return { how: 'port', name: door.lane };
  if (path) return marked('path', decoded(path[2]!), 'the path behind /_retake/lane/');
  return undefined;
}

/** Takes the marks out without reading them: a recording is of one world. */
export function dropLaneMarks(request: MarkedHead, kind: LaneDoor['kind'], arrival: Arrival): void {
  takeLane(request, { kind }, arrival);
}

/** The user name in `Proxy-Authorization: Basic` (RFC 7617); undefined without one. */
export function proxyUserOf(headers: RawHeaders): string | undefined {
  const [, encoded] = /^\s*basic\s+([\w+/=-]+)\s*$/i.exec(headerValue(headers, 'proxy-authorization') ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  const colon = bytes.indexOf(':');
  const user = textOf(colon === -1 ? bytes : bytes.subarray(0, colon));
  return user === '' ? undefined : user;
}

/** The path behind which a lane's requests stand. */
export function lanePath(lane: string): string {
  return `/_retake/lane/${encodeURIComponent(lane)}`;
}

/** Why a name is none for a lane, as the end of a sentence; undefined when it is one. */
export function laneNameProblem(name: string): string | undefined {
  if (name.trim() === '') return 'is empty: leave it away, or give a name';
  if (name.length > maxNameChars) {
    return `has ${name.length} characters: give a name of at most ${maxNameChars}`;
  }
  // Names are printed and compared: what cannot be seen would make two of them look the same.
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(name)) return 'holds characters that cannot be shown: give a name without them';
  return undefined;
}

function marked(how: LaneMark['how'], name: string | undefined, where: string): LaneMark | BadLaneMark {
  if (name === undefined) return { problem: `the lane in ${where} is not percent-encoded UTF-8: encode it` };
  const problem = laneNameProblem(name);
  return problem === undefined ? { how, name: name.trim() } : { problem: `the lane in ${where} ${problem}` };
}

interface Found {
  readonly names: readonly string[];
  readonly baggage?: string;
  readonly proxyUser?: string;
  /** The headers without marks; undefined when there are none. */
  readonly kept?: string[];
}

const nothingFound: Found = { names: [] };

function readHeaders(headers: RawHeaders, isProxyRequest: boolean): Found {
  let kept: string[] | undefined;
  const names: string[] = [];
  let baggage: string | undefined;
  let proxyUser: string | undefined;
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i]!;
    const value = headers[i + 1]!;
    const kind = kindOf(name, isProxyRequest);
    let rest: string | undefined = value;
    switch (kind) {
      case 'lane':
        names.push(textOf(Buffer.from(value, 'latin1')));
        rest = undefined;
        break;
      case 'proxy':
        // For us whatever it says (RFC 9110 §11.7.2).
        proxyUser ??= proxyUserOf([name, value]);
        rest = undefined;
        break;
      case 'baggage': {
        const read = readBaggage(value);
        baggage ??= read.lane;
        ({ rest } = read);
        break;
      }
      case undefined:
        break;
      default:
        kind satisfies never;
    }
    if (rest !== value) kept ??= headers.slice(0, i);
    if (rest !== undefined) kept?.push(name, rest);
  }
  if (!kept) return nothingFound;
  return {
    kept,
    names,
    ...(baggage === undefined ? {} : { baggage }),
    ...(proxyUser === undefined ? {} : { proxyUser }),
  };
}

/** By length first: every header of every request comes by. */
function kindOf(name: string, isProxyRequest: boolean): 'lane' | 'baggage' | 'proxy' | undefined {
  switch (name.length) {
    case 7:
      return name.toLowerCase() === 'baggage' ? 'baggage' : undefined;
    case 13:
      return name.toLowerCase() === laneHeader ? 'lane' : undefined;
    case 19:
      return isProxyRequest && name.toLowerCase() === 'proxy-authorization' ? 'proxy' : undefined;
    default:
      return undefined;
  }
}

/** Our member, and what is left for others: undefined when it was the only one. */
function readBaggage(value: string): { readonly lane?: string; readonly rest: string | undefined } {
  if (!value.includes(baggageKey)) return { rest: value };
  const members = value.split(',');
  const isOurs = (member: string): boolean => member.split('=', 1)[0]!.trim() === baggageKey;
  const ours = members.find(isOurs);
  if (ours === undefined) return { rest: value };
  const others = members.filter((member) => !isOurs(member));
  const lane = ours
    .slice(ours.indexOf('=') + 1)
    .split(';', 1)[0]!
    .trim();
  return { lane, rest: others.length === 0 ? undefined : others.join(',').trimStart() };
}

function withoutPathMark(url: string, [whole, origin = '']: RegExpExecArray): string {
  const mark = whole.slice(origin.length);
  let rest = url.slice(whole.length);
  // A client that builds each URL from a base may put it before a path that has it already: that of a redirect.
  while (rest.startsWith(`${mark}/`)) rest = rest.slice(mark.length);
  return `${origin}${rest.startsWith('/') ? '' : '/'}${rest}`;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Header values are bytes: UTF-8 where they are, else Latin-1. */
function textOf(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}
