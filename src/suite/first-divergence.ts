import { isWrite } from '../model/exchange.ts';
import type { ValueFlow } from '../model/flow.ts';
import { type Place, parsePlace, splitPlace } from '../model/place.ts';
import type { Check } from '../model/run.ts';
import { type Difference, headerName, isFailing } from '../model/verdict.ts';

/**
 * Which check follows from which, both by position. The first of a chain that differs although what it was given is as
 * recorded is the cause; what was given something of it follows, if there is evidence that this is why:
 *
 * - it was not sent, because a value of the other did not come;
 * - the value it was given stands where the other differs;
 * - it is about a thing (by the id in its path, query or body) and the other, which named that thing, differs in what it
 *   says of it; or the other wrote to that thing.
 *
 * A token links everything to its login: that alone is no evidence, nor is it that one came after the other.
 */
export function causesOf(checks: readonly Check[], flows: readonly ValueFlow[]): ReadonlyMap<number, number> {
  const diverged = new Map(checks.filter(diverges).map((check) => [check.position, check]));
  const flowsTo = Map.groupBy(
    flows.filter(({ to }) => diverged.has(to)),
    ({ to }) => to,
  );
  const evidence = new Evidence();
  const causes = new Map<number, number>();
  /** By thing, the first cause among the writes to it that failed so far. */
  const written = new Map<string, number>();
  // By position: whatever a check may follow from has been traced when its turn comes.
  for (const check of [...diverged.values()].sort((a, b) => a.position - b.position)) {
    const { position } = check;
    const intoIt = flowsTo.get(position) ?? [];
    const things = intoIt.filter(isAboutThing).map(thingOf);
    const led = intoIt.filter((flow) => {
      const source = diverged.get(flow.from);
      return source !== undefined && evidence.leads(source, flow, check);
    });
    const upstream = [
      ...led.map(({ from }) => causes.get(from) ?? from),
      ...things.flatMap((thing) => written.get(thing) ?? []),
    ];
    if (upstream.length > 0) causes.set(position, Math.min(...upstream));
    if (!fails(check) || !changesState(check)) continue;
    const cause = causes.get(position) ?? position;
    for (const thing of things) written.set(thing, Math.min(cause, written.get(thing) ?? cause));
  }
  return causes;
}

function diverges({ verdict }: Check): boolean {
  return verdict !== 'same' && verdict !== 'equivalent';
}

/** Did more than additions happen? */
function fails({ verdict }: Check): boolean {
  return isFailing(verdict, false);
}

/** A GraphQL query only reads, whatever its method. */
function changesState({ method, template }: Check): boolean {
  return isWrite(method) && !/ query(?: |$)/.test(template);
}

/** One issued value is one thing, wherever it is used. */
function thingOf({ from, fromPlace }: ValueFlow): string {
  return `${from} ${fromPlace}`;
}

/** Names under which a value says who asks, not what is asked about. */
const credential = /token|csrf|xsrf|nonce|jwt|secret|session|password|verifier|state$/i;

/** Does the value name what the request is about? */
function isAboutThing({ toPlace }: ValueFlow): boolean {
  const place = parsePlace(splitPlace(toPlace).outer);
  switch (place?.kind) {
    case 'path':
      return true;
    case 'query':
    case 'form':
    case 'json':
      return !credential.test(place.name.slice(place.name.lastIndexOf('/') + 1));
    default:
      return false;
  }
}

class Evidence {
  readonly #known = new Map<string, boolean>();

  /** Does what differs in the source explain that the user of its value differs? */
  leads(source: Check, flow: ValueFlow, user: Check): boolean {
    if (user.verdict === 'missing') return fails(source);
    if (source.verdict === 'missing' || source.verdict === 'failed') return false;
    const severity = user.verdict === 'added' ? 'added' : 'changed';
    if (severity === 'changed' && !fails(source)) return false;
    const reach = isAboutThing(flow) ? 'thing' : 'value';
    const key = `${source.position} ${flow.fromPlace} ${reach} ${severity}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      known = source.differences.some(
        (one) => weighs(one, severity) && touches(one, splitPlace(flow.fromPlace).outer, reach),
      );
      this.#known.set(key, known);
    }
    return known;
  }
}

function weighs({ severity }: Difference, least: 'added' | 'changed'): boolean {
  return severity === 'broken' || severity === 'changed' || (severity === 'added' && least === 'added');
}

/** Is a difference about the value at a place (`value`), or about the thing that the value identifies (`thing`)? */
function touches(difference: Difference, placeText: string, reach: 'value' | 'thing'): boolean {
  const place = parsePlace(placeText);
  if (!place) return false;
  const { part } = difference;
  if (part === 'header') return isHeaderOf(place, difference.path);
  if (part === 'status' || part === 'failure') return reach === 'thing';
  if (part !== 'body') return false;
  if (place.kind !== 'json') return reach === 'thing' && isLink(place);
  return touchesPointer(difference.path, place.name, reach);
}

function isHeaderOf({ kind, name }: Place, path: string): boolean {
  if (kind === 'header') return headerName(path) === name;
  const cookie = `set-cookie:${name}`;
  return kind === 'set-cookie' && (path === cookie || path.startsWith(`${cookie};`));
}

/** A response that names a thing in `Location` describes that thing. */
function isLink({ kind, name }: Place): boolean {
  return kind === 'header' && (name === 'location' || name === 'content-location');
}

/** The thing is the object that holds its identifier, with all that is in it. */
function touchesPointer(path: string, pointer: string, reach: 'value' | 'thing'): boolean {
  if (path === '' || isWithin(pointer, path)) return true;
  if (!path.startsWith('/')) return reach === 'thing';
  const whole = reach === 'thing' ? pointer.slice(0, Math.max(0, pointer.lastIndexOf('/'))) : pointer;
  return isWithin(path, whole);
}

function isWithin(pointer: string, outer: string): boolean {
  return pointer === outer || pointer.startsWith(`${outer}/`);
}
